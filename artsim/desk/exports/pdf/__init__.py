"""Trays as PDF."""
