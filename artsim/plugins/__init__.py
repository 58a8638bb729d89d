"""Optional rooms: engines that need a cluster or a server, found by entry point."""
