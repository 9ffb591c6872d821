"""The words of our pages: taken out of source and templates, held against the catalogue, compiled.

GNU gettext is not needed. Run `python -m tests.support.messages` after changing words: it adds new ones to the
catalogue, drops unused ones, and compiles it. Then translate what is left empty.
"""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

WEB = Path(__file__).parents[2] / "src" / "jikim" / "web"
PO = WEB / "locale" / "ko" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"_": None, "gettext": None, "gettext_noop": None, "ngettext": (1, 2)}
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # the same words compile to the same bytes on any day
HEADER = "# Korean words of the pages. Kept by tests/support/messages.py; English is in the source."

Words = str | tuple[str, str]


def spoken() -> dict[Words, list[str]]:
    """Return every message of the web room and the files that say it."""
    found: dict[Words, list[str]] = {}
    for path in sorted(WEB.rglob("*")):
        if path.suffix not in (".py", ".html"):
            continue
        text = path.read_text(encoding="utf-8")
        source = templatize(text, origin=str(path)) if path.suffix == ".html" else text
        for _line, message, _comments, _context in extract("python", BytesIO(source.encode()), KEYWORDS):
            words: Words = message if isinstance(message, str) else (message[0], message[1])
            found.setdefault(words, []).append(path.relative_to(WEB).as_posix())
    return found


def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="ko")


def in_korean(message: Message) -> str:
    """Return what a message says in Korean, which has one form for any number."""
    said = message.string if isinstance(message.string, str) else next(iter(message.string or ()), "")
    return str(said)


def compiled(words: Catalog) -> bytes:
    bare = Catalog(locale="ko", project="Jikim", version="", creation_date=LONG_AGO, revision_date=LONG_AGO)
    for message in sorted((m for m in words if m.id), key=lambda m: str(m.id)):
        bare.add(message.id, message.string, flags=message.flags)
    buffer = BytesIO()
    write_mo(buffer, bare)
    return buffer.getvalue()


def renew() -> int:
    """Bring the catalogue in step with the source, compile it, and return how many words still wait for Korean."""
    old = catalogue() if PO.exists() else Catalog(locale="ko")
    new = Catalog(locale="ko")
    waiting = 0
    for words, places in sorted(spoken().items(), key=lambda pair: (pair[1][0], str(pair[0]))):
        known = old.get(words if isinstance(words, str) else words[0])
        korean = in_korean(known) if known else ""
        waiting += not korean
        new.add(words, korean if isinstance(words, str) else (korean,), user_comments=sorted(set(places)))
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        file.write(f"{HEADER}\n\n".encode())
        write_po(file, new, width=120, omit_header=True)
    MO.write_bytes(compiled(new))
    return waiting


if __name__ == "__main__":
    print(f"{renew()} words wait for Korean")  # noqa: T201 - a tool speaks by printing
