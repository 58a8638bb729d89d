"""WikiArt, or any pictures with a style, made into train, val and test folders."""
