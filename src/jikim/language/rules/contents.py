"""What a policy must contain, and where the file says it. Source: PIPA art. 30(1); Decree art. 31(1); Guideline 18."""

from collections.abc import Iterator
from datetime import date

from jikim.language.draft import Draft
from jikim.language.findings import Finding, code, rule
from jikim.language.rules.reading import place
from jikim.packs.pack import Content, Pack

CONTENT = code(
    "E-CONTENT",
    "Something every privacy policy must contain is missing.",
    source="content:purposes",
    hint="state it in the file; the page is written from it",
)
SILENT = code(
    "W-SILENT",
    "The policy says neither that it does something nor that it does not: silence can be read both ways.",
    source="content:third-party",
    hint='state it, or state that there is none, for example third_party = "none"',
)
PHONE = code(
    "E-PHONE",
    "Someone whom people are sent to has no telephone number.",
    source="content:officer",
    hint="add phone: a number that is really answered",
)
OFFICER = code(
    "E-OFFICER",
    "The policy names neither the privacy officer nor a department for complaints.",
    source="content:officer",
    hint="add name to [officer], or [department.complaints] with its name",
)

# What the law wants in every case: the number it has among the mandatory contents, and where the file says it. All of
# the places must speak; `a|b` is one place or the other. Number 12, the history, has a finding of its own (E-HISTORY).
ALWAYS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (1, ("purpose",)),
    (2, ("item",)),
    (3, ("retention.start",)),
    (7, ("destruction.electronic.method", "destruction.paper.methods")),
    (11, ("safety.measures",)),
    (13, ("officer",)),
    (15, ("rights.who", "rights.deadline|rights.actions")),
    (16, ("department.access",)),
    (17, ("remedies.bodies",)),
    (21, ("statement.minimum",)),
    (22, ("retention.move_to", "retention.use")),
)
# What it wants where it is so. Saying "none" is an answer.
IF_SO: tuple[tuple[int, str], ...] = (
    (4, "sharing.third_party"),
    (5, "statement.additional-use"),
    (6, "cookies"),
    (8, "statement.sensitive"),
    (9, "sharing.consignment|sharing.processor"),
    (10, "statement.pseudonymised"),
    (14, "policy.jurisdiction"),  # a controller in the country itself needs no domestic agent
    (18, "sharing.overseas"),
    (19, "sharing.overseas"),
    (20, "statement.automated-decisions"),
)


@rule(CONTENT)
def mandatory_contents_are_there(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for number, places in ALWAYS:
        content = _content(pack, number)
        for where in places:
            if content and not _speaks(draft, where):
                message = f"silent about a mandatory content: {content.name.say('en')}"
                yield CONTENT.at(_first(where), message, pack, source=f"content:{content.id}")


@rule(SILENT)
def silence_is_not_an_answer(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    said: set[str] = set()
    for number, where in IF_SO:
        content = _content(pack, number)
        if content and where not in said and not _speaks(draft, where):
            said.add(where)
            message = f"silent about: {content.name.say('en')}"
            yield SILENT.at(_first(where), message, pack, source=f"content:{content.id}")
    if not draft.has("statement.unique-identifiers"):
        where = "statement.unique-identifiers"
        yield SILENT.at(where, "silent about: Unique identifiers", pack, source="duty:unique-identifiers")


@rule(PHONE, OFFICER)
def people_can_be_reached(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    contacts = [("officer",), *(("department", name) for name in ("complaints", "access"))]
    for here in contacts:
        if draft.table(here) and not draft.text((*here, "phone")):
            yield PHONE.at(place(*here, "phone"), f"{place(*here)} has no telephone number", pack)
    named = draft.spoken("officer.name") or draft.spoken("department.complaints.name")
    if draft.table("officer") and not named:
        yield OFFICER.at("officer.name", "nobody is named: neither a person nor a department for complaints", pack)


def _content(pack: Pack, number: int) -> Content | None:
    return next((content for content in pack.contents if content.number == number), None)


def _speaks(draft: Draft, where: str) -> bool:
    """Tell whether one of the places says something; an empty list or table says nothing."""
    return any(draft.value(place) not in (None, "", [], {}) for place in where.split("|"))


def _first(where: str) -> str:
    return where.split("|", maxsplit=1)[0]
