"""A tray as a file: one module a format."""
