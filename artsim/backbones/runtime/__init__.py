"""What runs a backbone's network: torch, or OpenVINO where it gives the same and is faster."""
