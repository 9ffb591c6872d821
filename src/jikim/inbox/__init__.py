"""Ways bytes arrive other than by a page of our own: mail in, imports. None exists yet."""
