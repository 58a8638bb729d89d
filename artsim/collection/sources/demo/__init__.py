"""A generated collection: nine invented schools, drawn by code."""

from artsim.collection.sources.demo.source import DemoSource

__all__ = ["DemoSource"]
