"""Where artworks come from: a folder, the NGA's open data, the generated demo."""
