"""Visual search for art collections: import, embed, search and evaluate artworks."""

__version__ = "0.2.0"
