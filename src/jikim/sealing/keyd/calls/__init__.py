"""The calls of the key daemon, by what they are about."""
