"""What can go wrong with a sealed value. None of these ever means "erased", except KeyDestroyed."""

from jikim.domain.errors import JikimError, Refused


class KeyDestroyed(JikimError):
    """The key is gone for good, as was promised; the value can no longer be read by anyone."""


class KeyUnknown(Refused):
    """This keyring never made the key: the wrong keyring, or an incomplete copy. Never shown as "erased"."""


class WrongBinding(Refused):
    """The envelope belongs to another place, or was altered; nothing was opened."""


class KeysLinger(Refused):
    """The keys can no longer be used, but their bytes could not yet be cleared from the keyring's log."""


class KeyringUnavailable(Refused):
    """The keyring could not read or write its file; nothing was sealed and nothing was destroyed."""
