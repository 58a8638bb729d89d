"""IIIF: works and lists of works as Presentation 3 manifests, their pictures by the Image API."""
