"""Works and their relations as records of museum formats: LIDO and Linked Art."""
