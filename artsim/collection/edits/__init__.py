"""What people correct in a collection: steps of a history, each of which can be undone."""
