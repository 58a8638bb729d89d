"""Records of museums' own formats: IIIF, LIDO, Linked Art, Dublin Core."""
