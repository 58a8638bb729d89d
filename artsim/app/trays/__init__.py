"""The Tray page."""
