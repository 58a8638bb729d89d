"""Batch embedding on a Ray cluster: the same embeddings, from many machines."""
