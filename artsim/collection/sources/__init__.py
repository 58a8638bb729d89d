"""Where artworks come from: a folder, the National Gallery of Art, the generated demo."""
