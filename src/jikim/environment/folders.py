"""Where sealed attachments lie: JIKIM_FILES_URL=file:///absolute/path, by default a folder of the home.

It says which folders they are, never whether they exist. JIKIM_FILES_RECEIVER is the name that the policy gives a place
outside the home, "files" if not set.
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from jikim.environment.home import home
from jikim.environment.variables import BadVariable, read, receiver

FILES_URL, RECEIVER = "JIKIM_FILES_URL", "JIKIM_FILES_RECEIVER"


def files_folder(alias: str) -> Path:
    """Return where the sealed attachments of one database lie; raises BadVariable.

    alias: live | separate
    """
    return _root() / alias


def files_receiver() -> str | None:
    """Return what the policy calls the place of attachments; None where they lie in the home. Raises BadVariable."""
    if _root().resolve().is_relative_to(home().resolve()):
        return None
    return receiver(RECEIVER, "files")


def _root() -> Path:
    url = read(FILES_URL)
    if not url:
        return home() / "files"
    if url.partition(":")[0] == "s3":
        raise BadVariable(
            f"{FILES_URL} names an S3 store, which is not built yet",
            hint=f"unset it to keep attachments in the home, or write {FILES_URL}=file:///absolute/path",
        )
    return _directory(url)


def _directory(url: str) -> Path:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _bad() from None
    whole = parts.path.startswith("/") and parts.path.strip("/")
    if parts.scheme != "file" or parts.netloc or parts.query or parts.fragment or not whole:
        raise _bad()
    return Path("/" + unquote(parts.path).lstrip("/"))


def _bad() -> BadVariable:
    return BadVariable(
        f"{FILES_URL} is not of the form file:///absolute/path", hint="special characters are written as %XX"
    )
