"""A workspace kept sound: what kills leave is swept, damage is found, backups are made."""
