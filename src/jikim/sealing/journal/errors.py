"""What can be wrong with the journal. In every case nothing was added to it."""

from jikim.domain.errors import Refused


class JournalCut(Refused):
    """Entries that a signed checkpoint covers are missing."""


class JournalAltered(Refused):
    """Entries differ from those a signed checkpoint covers: edited, re-ordered, or another journal."""


class JournalKeyMissing(Refused):
    """The signing key is not where it was; a new one would begin another journal."""


class JournalUnavailable(Refused):
    """The journal's files could not be read or written."""


class PendingChanged(Refused):
    """A database sent another entry under the nonce of one that is journaled already."""


class NoSuchLeaf(Refused):
    """The journal holds no entry there."""
