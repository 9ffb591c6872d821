"""One policy, compiled: the values every other room works with. Nothing here is read from a file or a clock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from jikim.domain.errors import Misused
from jikim.domain.inquiry import Collection, Item, Purpose
from jikim.domain.period import Period
from jikim.domain.retention import Retention
from jikim.domain.terms import Answer, Text


class Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)  # 3.11 is the floor: no `def f[T]` yet


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or department that answers; "" or empty text where the policy says nothing."""

    name: Text
    title: Text
    email: str
    phone: str
    target: Period | None  # the company's own target for an answer
    answer: str = ""  # "promptly", where the policy states a manner


@dataclass(frozen=True, slots=True)
class Controller:
    name: Text
    answers: frozenset[Answer]


@dataclass(frozen=True, slots=True)
class RecordClass:
    name: str
    label: Text


@dataclass(frozen=True, slots=True)
class Processor:
    """A company that works for the controller (위탁)."""

    name: str
    label: Text
    task: Text
    kind: str
    items: tuple[str, ...]
    country: str


@dataclass(frozen=True, slots=True)
class System:
    """A system that the controller runs itself: nothing is entrusted with it, and still it is named."""

    name: str
    label: Text
    kind: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sharing:
    third_party: str  # "none" or ""
    overseas: str  # "none" or ""
    kinds: tuple[str, ...]
    processors_stated: bool  # a positive "none" counts as stated
    processors: tuple[Processor, ...]
    otherwise: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rights:
    who: tuple[str, ...]
    deadlines: tuple[tuple[str, Period], ...]
    after_erasure: tuple[tuple[str, str], ...]
    minors_under: int  # 0 when the policy says nothing about children
    minors_verify: tuple[str, ...]
    membership_items: tuple[str, ...]
    membership_stated: bool
    actions: tuple[str, ...] = ()  # what may be asked for, with or without a stated deadline


@dataclass(frozen=True, slots=True)
class CookieGroup:
    name: str
    label: Text
    basis: str
    measures: tuple[str, ...]
    cookies: tuple[tuple[str, Period], ...]
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cookies:
    stated: bool
    modes: tuple[str, ...]
    default: str
    gpc_refuses: tuple[str, ...]
    browser_help: tuple[str, ...]
    on_refusal: Text
    groups: tuple[CookieGroup, ...]
    use: str = ""  # "none": the policy states that no cookies are used


@dataclass(frozen=True, slots=True)
class Destruction:
    electronic: str
    electronic_then: tuple[str, ...]
    electronic_evidence: tuple[str, ...]
    paper: tuple[str, ...]
    paper_evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the policy's own history."""

    version: int
    effective: str
    summary: Text


@dataclass(frozen=True, slots=True)
class Override:
    code: str
    path: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy version as values. `sha256` is of the canonical form; `in_force_at` is exact to the instant."""

    id: str
    version: int
    sha256: str
    jurisdiction: str
    languages: tuple[str, ...]
    effective_stated: str  # as the author wrote it, e.g. "2023"
    in_force_at: datetime  # aware
    laws: tuple[str, ...]
    revision_notice: str
    revision_lead: Period | None
    revision_lead_against: Period | None
    controller: Controller
    officer: Contact
    complaints: Contact
    access_requests: Contact
    items: tuple[Item, ...]
    purposes: tuple[Purpose, ...]
    collections: tuple[Collection, ...]
    record_classes: tuple[RecordClass, ...]
    retention: Retention
    destruction: Destruction
    sharing: Sharing
    systems: tuple[System, ...]
    rights: Rights
    cookies: Cookies
    safety: tuple[str, ...]
    statements: tuple[tuple[str, str], ...]  # positive statements: sensitive, automated-decisions, minimum, …
    remedies: tuple[str, ...]  # pack references
    history: tuple[Change, ...]
    overrides: tuple[Override, ...]
    prose: tuple[tuple[str, Text], ...]  # clause id -> free words added to it

    def item(self, name: str) -> Item:
        return _named(self.items, name, "item")

    def purpose(self, name: str) -> Purpose:
        return _named(self.purposes, name, "purpose")

    def collection(self, name: str) -> Collection:
        return _named(self.collections, name, "collection")

    def purpose_of(self, item: str) -> Purpose:
        """Return the first purpose that names the item; raises Misused when no clause names it."""
        for purpose in self.purposes:
            if item in purpose.items:
                return purpose
        raise Misused(f"no purpose names the item {item}", hint="add it to the items of a purpose in the policy")


def _named(things: tuple[T, ...], name: str, noun: str) -> T:
    for thing in things:
        if thing.name == name:
            return thing
    raise Misused(f"the policy has no {noun} named {name}", hint="run `jikim policy show FILE` to see what it names")
