"""The one safe way from the bytes of a picture file to pixels, and back to stored forms."""
