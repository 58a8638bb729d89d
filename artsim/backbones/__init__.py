"""Image to embedding: which backbones there are, their weights and their runtime."""
