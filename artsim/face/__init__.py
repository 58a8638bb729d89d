"""What ``import artsim`` gives: a workspace, its collections, and what is found in them."""
