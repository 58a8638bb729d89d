"""The frame of every page: router, state in the URL, sidebar, jobs panel, start page."""
