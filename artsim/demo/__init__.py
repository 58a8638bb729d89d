"""A generated collection: nine invented schools, drawn by code."""

from artsim.demo.source import DemoSource

__all__ = ["DemoSource"]
