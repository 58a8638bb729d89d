"""Queries against a collection's embeddings."""
