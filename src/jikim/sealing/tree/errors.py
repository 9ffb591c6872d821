"""What can go wrong in the tree, and the state each error leaves. None of these ever means "destroyed"."""

from jikim.domain.errors import JikimError, Refused


class KeyRetired(JikimError):
    """The key cannot be used here any more, but a copy that is away may hold an old root: not yet destroyed."""


class BatchUnderWay(Refused):
    """A destruction is staged and not settled; nothing was added, for the addition could be lost."""


class RequestChanged(Refused):
    """The same request came again with other contents; the first one stands."""


class NodeDamaged(Refused):
    """A node is missing or does not open under its key; nothing was changed."""


class OtherTime(Refused):
    """The keyring file and the root are not of the same time; nothing was changed."""


class NodesLinger(Refused):
    """The keys are destroyed; superseded nodes could not yet be cleared from the keyring's log. Run again."""
