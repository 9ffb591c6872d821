"""Jikim (지킴): the privacy policy that runs."""

__version__ = "0.1.0"
