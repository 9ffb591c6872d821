"""The journal: append-only, signed after every entry, and able to show that nothing in it was ever taken back."""

from jikim.sealing.journal.log import Journal, Pending, open_journal

__all__ = ["Journal", "Pending", "open_journal"]
