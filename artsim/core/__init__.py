"""The ground floor, which imports no other room: errors, limits, names, workspace, databases."""
