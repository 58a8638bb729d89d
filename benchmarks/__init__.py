"""Runnable measurements; each prints a table and writes a CSV file of results."""
