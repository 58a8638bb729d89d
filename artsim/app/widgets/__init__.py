"""What several pages show: cards, charts, details of a work, texts."""
