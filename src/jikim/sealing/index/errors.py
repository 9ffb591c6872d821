"""What can go wrong in the index, and the state each error leaves."""

from jikim.domain.errors import Refused


class IndexDamaged(Refused):
    """A page is missing, or holds no entries; nothing was changed, and nothing was destroyed by it."""


class NotEnrolled(Refused):
    """The value may not stand in the index; nothing was written."""
