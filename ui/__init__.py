"""What the pages share: the view in the URL, the gallery, filters, jobs and texts."""
