"""The key daemon: the one process that holds keys, and what other processes say to it.

It answers each role only that role's calls. Its clients hold a role and a channel, never a key of a value.
"""
