"""The cleaning desk: every file with its picture and reason, what to do with it, and undo."""
