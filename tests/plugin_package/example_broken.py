"""What somebody registered and never tried."""

raise RuntimeError("the cable is loose")
