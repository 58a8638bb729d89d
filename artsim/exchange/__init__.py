"""What other systems and museums read of a collection, and what they send."""
