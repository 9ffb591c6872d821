"""Reads. Every function returns frozen values, never rows, and never an item's content."""
