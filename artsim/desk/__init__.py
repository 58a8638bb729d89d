"""What a person collects here, and what leaves in files: trays and their exports."""
