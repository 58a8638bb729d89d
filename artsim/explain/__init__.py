"""What a picture shows and why: which work a photograph is of, why two are alike."""
