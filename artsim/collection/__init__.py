"""Artworks in: schema, sources, quality and the store."""
