"""What is wrong with a file, which files show the same artwork, and what is done about it."""
