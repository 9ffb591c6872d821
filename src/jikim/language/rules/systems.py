"""Systems of the company's own: whoever is not named receives nothing, so what is named must be whole."""

from collections.abc import Iterator
from datetime import date

from jikim.domain.terms import ItemKind
from jikim.domain.vocabulary import EntrustedWork, SystemWork
from jikim.language.draft import Draft
from jikim.language.findings import Finding, code, rule
from jikim.language.rules.reading import collected_by, listed, place
from jikim.packs.pack import Pack

SYSTEM = code(
    "E-SYSTEM",
    "A system is named without what it is for or without what it receives, so nothing may go to it.",
    hint='add kind ("mail", "storage" or "backup") and items',
)
NAMESAKES = code(
    "E-SYSTEM-NAME",
    "A system and a processor have the same name, so nobody can tell where something goes.",
    hint="give each a name of its own",
    can_override=False,
)
MAIL = code(
    "W-MAIL",
    "An email address is asked for, and nothing is named that may carry mail to it.",
    hint='add [systems.mail] with kind = "mail" and the item, or a processor of kind "messaging" that receives it',
)


@rule(SYSTEM)
def systems_are_whole(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for name in draft.tables("systems"):
        for key, what in (("kind", "what it is for"), ("items", "what it receives")):
            where = ("systems", name, key)
            if not draft.has(where) or draft.value(where) == []:
                yield SYSTEM.at(place(*where), f"nothing says of the system {name} {what}", pack)


@rule(NAMESAKES)
def a_name_means_one_receiver(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for name in draft.tables("systems"):
        if name in draft.tables("sharing.processor"):
            yield NAMESAKES.at(place("systems", name), f"{name} names a processor too", pack)


@rule(MAIL)
def addresses_can_be_written_to(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    asked = dict.fromkeys(item for name in draft.tables("collection") for item in collected_by(draft, name))
    addresses = [item for item in asked if draft.text(("item", item, "kind")) == ItemKind.EMAIL]
    if unreached := [item for item in addresses if item not in _mailed(draft)]:
        yield MAIL.at("systems", f"no mail may be sent to: {listed(unreached)}", pack)


def _mailed(draft: Draft) -> set[str]:
    """Return the items that may leave by mail."""
    ways = (("systems", SystemWork.MAIL), ("sharing.processor", EntrustedWork.MESSAGING))
    return {
        item
        for where, kind in ways
        for table in draft.tables(where).values()
        if table.get("kind") == kind and isinstance(table.get("items"), list)
        for item in table["items"]
        if isinstance(item, str)
    }
