"""The surfaces people meet: the public side and the desk. No script is needed, and the public side sets no cookie."""
