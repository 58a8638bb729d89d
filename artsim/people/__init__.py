"""Who may do what: people, their roles, how they sign in, and the one policy that all rooms ask."""
