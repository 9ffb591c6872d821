"""What runs in the environments of other packages, and the locks from which those are made."""
