"""Maps of the embedding space: made once, kept with the collection, looked at often."""
