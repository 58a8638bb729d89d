"""What a person collects, and takes along as files: trays, saved searches and exports."""
