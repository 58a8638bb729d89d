"""What people keep of a collection and take with them."""
