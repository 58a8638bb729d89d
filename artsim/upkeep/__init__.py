"""A workspace kept sound: leftovers of killed processes are swept, damage found, backups made."""
