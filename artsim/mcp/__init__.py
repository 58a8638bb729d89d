"""The Model Context Protocol: what an agent may look up, and, where it is allowed, keep."""
