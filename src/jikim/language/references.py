"""Names in a policy that lead nowhere. The compiler refuses them; `policy check` reports each with its hint."""

from collections.abc import Iterable, Iterator

from jikim.language import fallbacks
from jikim.language.tables import PolicyFile, RuleTable


def dangling(file: PolicyFile) -> Iterator[tuple[str, str, str]]:
    """Yield the path, the noun and the name of every reference to something the file does not define."""
    for path, names in _item_lists(file):
        yield from _missing(path, "item", names, file.item)
    for name, collection in file.collection.items():
        yield from _missing(f"collection.{name}.purposes", "purpose", collection.purposes, file.purpose)
    for name, rule in _rules(file).items():
        yield from _missing(f"retention.rule.{name}.records", "record", [rule.records], file.record)
    if file.cookies:
        yield from _missing("cookies.gpc_refuses", "cookie group", file.cookies.gpc_refuses, file.cookies.group)


def purposeless(file: PolicyFile) -> Iterator[tuple[str, str]]:
    """Yield collection and item for every item that would be collected and that no purpose could ever end."""
    for name, collection in file.collection.items():
        split = fallbacks.asked(collection, file.item)
        served = [file.purpose[p] for p in fallbacks.purposes_of(collection, file.purpose) if p in file.purpose]
        if any(purpose.items is None for purpose in served):
            continue
        named = {item for purpose in file.purpose.values() for item in purpose.items or ()}
        loose = [item for item in split.required + split.optional + split.automatic if item not in named]
        yield from ((name, item) for item in loose if item in file.item)


def _item_lists(file: PolicyFile) -> Iterator[tuple[str, list[str] | None]]:
    for name, purpose in file.purpose.items():
        yield f"purpose.{name}.items", purpose.items
    for name, collection in file.collection.items():
        for key in ("items", "required", "optional", "automatic"):
            yield f"collection.{name}.{key}", getattr(collection, key)
    for name, rule in _rules(file).items():
        yield f"retention.rule.{name}.items", rule.items
    for name, processor in (file.sharing.processor if file.sharing else {}).items():
        yield f"sharing.processor.{name}.items", processor.items
    for name, system in file.systems.items():
        yield f"systems.{name}.items", system.items
    if file.rights and file.rights.membership:
        yield "rights.membership.items", file.rights.membership.items


def _rules(file: PolicyFile) -> dict[str, RuleTable]:
    return file.retention.rule if file.retention else {}


def _missing(path: str, noun: str, names: Iterable[str] | None, known: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    yield from ((path, noun, name) for name in names or () if name not in known)
