"""Why two pictures are alike: parts, places, colours and composition."""
