"""What can go wrong with a sealed value. None of these ever means "erased", except KeyDestroyed."""

from jikim.domain.errors import JikimError, Refused


class KeyDestroyed(JikimError):
    """The key is gone for good, as was promised; the value can no longer be read by anyone."""


class KeyUnknown(Refused):
    """This keyring never made the key: the wrong keyring, or an incomplete copy. Never shown as "erased"."""


class WrongBinding(Refused):
    """The envelope belongs to another place, or was altered; nothing was opened."""


class KeyringUnavailable(Refused):
    """The keyring could not read or write its file; nothing was sealed and nothing was destroyed."""


class UnknownFormat(Refused):
    """The bytes are in no format this version knows; nothing was opened. Never shown as "erased"."""


class MirrorAway(Refused):
    """A mirror cannot be reached; what it holds is not known, so it counts as holding everything it ever held."""


class NotWritten(Refused):
    """A slot does not hold what was written into it, or holds it elsewhere; the old bytes may still be there."""


class CannotEfface(Refused):
    """This file system keeps what is overwritten, so a destroyed root would live on; no root was put there."""


class RootMissing(Refused):
    """No mirror that can be reached holds the current root. Nothing is erased by that, and nothing was changed."""


class RootTorn(Refused):
    """The only slots that could hold the current root were cut off while they were written; nothing was changed."""


class RootForeign(Refused):
    """The roots belong to another home, or to a later time than the keyring; nothing was changed."""


class RootNotDurable(Refused):
    """No mirror of some group holds this root, so the older one has to live on; nothing was effaced."""


class FileMissing(Refused):
    """The store has no file of this name. Never shown as "erased"."""


class FileTaken(Refused):
    """The store has a file of this name already, which stays as it was."""


class FileAltered(Refused):
    """The stored file is not what was sealed; whatever was given out of it before is not the whole."""


class StoreUnavailable(Refused):
    """The store of attachments could not read or write; a file that was being kept is not there."""


class FileUnreadable(StoreUnavailable):
    """One file could not be read; what the medium does for others is another matter."""


class NotYourCall(Refused):
    """The role has no part in this call, or not on this store; nothing was done."""


class GrantRefused(Refused):
    """Nothing proves that this person may see the record, or no longer; nothing was opened and nothing sealed."""


class StillWaiting(Refused):
    """The destruction is accepted and will be carried out; a copy that is away may hold an old root until then."""


class TooManyOpens(Refused):
    """The role has opened as many values this hour as it may; nothing was opened."""


class FrameRefused(Refused):
    """The bytes are no call that the key daemon answers, or too many; nothing was done."""


class AnotherDaemon(Refused):
    """A key daemon has this keyring open already; nothing was touched."""


class KeyringIncomplete(Refused):
    """A part of the keyring is not where it was; a new one would orphan what was sealed, so none was made."""


class NotADestruction(Refused):
    """The journal's entry tells no finished destruction; no certificate was made."""


class EvidenceMissing(Refused):
    """The evidence is not that of the journal's entry; no certificate was made."""
