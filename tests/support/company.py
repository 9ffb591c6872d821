"""A company on the reference policy, for tests of actions and procedures: it receives, answers, resolves; days pass."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from jikim import clock, sealing
from jikim.actions import inquiries, policies
from jikim.actions.arrivals import arrived
from jikim.actions.inquiries import Receipt, Submission
from jikim.domain.consent import needed
from jikim.language import load, notice
from jikim.procedures import due
from jikim.procedures.carrying import Carried
from jikim.queries import policies as published
from jikim.queries.desk import session
from jikim.sealing.file_store import attachments
from jikim.sealing.keyd.blueprint import Blueprint
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.local import local
from jikim.sealing.keyring import KeyState
from jikim.store.live.models import ItemValue
from jikim.store.separate.models import SeparateItem
from tests.support.staff import signed_in

POLICIES = Path(__file__).resolve().parents[2] / "policies"
BEGINS = date(2026, 10, 5)
ORIGIN = "example.kr/jikim-journal"
WORDS = {"subject": "Wrong lens", "email": "kim@example.kr", "content": "It does not fit the tracker."}


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as its sender has it."""

    name: str
    content: bytes


PDF, PNG = Attached("report.pdf", b"%PDF-1.7 made up"), Attached("photo.png", b"\x89PNG made up")


@dataclass(slots=True)
class Company:
    """What a test does with it reads as what people do."""

    session_id: UUID

    def form(self, *, language: str = "ko", **changes: Any) -> Submission:
        now = published.in_force()
        assert now is not None
        collection = now.policy.collection("inquiry")
        facts: dict[str, Any] = {
            "collection": "inquiry",
            "language": language,
            "policy_number": now.number,
            "notice_sha256": notice.build(now.policy, collection, language).sha256,
            "consents": needed(now.policy, collection),
            "values": WORDS,
            "files": (PDF, PNG),
            "access_log": "203.0.113.7 made up",
        }
        facts |= changes
        facts["files"] = tuple(arrived(file.name, file.content) for file in facts["files"])
        return Submission(**facts)

    def receives(self, *, language: str = "ko", **changes: Any) -> Receipt:
        return inquiries.submit(self.form(language=language, **changes))

    def answers(self, record_id: UUID, words: str = "We will send another one.") -> None:
        inquiries.reply(record_id, words, session_id=self.session_id)

    def resolves(self, record_id: UUID, record_class: str = "general", start: date | None = None) -> None:
        inquiries.resolve(record_id, record_class=record_class, start_event_on=start, session_id=self.session_id)

    def receives_and_resolves(self, record_class: str = "general", **changes: Any) -> Receipt:
        """Take one inquiry in and close it the same day, with the start event on that day where a law asks for one."""
        receipt, lawful = self.receives(**changes), record_class not in ("general", "unauthorized-use")
        self.resolves(receipt.record_id, record_class, clock.policy_today() if lawful else None)
        return receipt

    def works_on(self, day: date) -> Carried:
        """Let that day come, with nothing done on the days before it, and carry out what is due."""
        clock.travel_to(day)
        return due.run(day)

    def lives_until(self, day: date) -> list[Carried]:
        """Let every day come in turn."""
        first = clock.policy_today()
        return [self.works_on(first + timedelta(days=step)) for step in range(1, (day - first).days + 1)]


@contextmanager
def founded(keys: Path, policy: str = "utracs/2.toml", begins: date = BEGINS, mirrors: int = 1) -> Iterator[Company]:
    """Publish the policy, let the first day come, sign somebody in; afterwards clock and keyring are as before.

    keys: an empty folder, for a key daemon that runs in this process
    """
    with sealed_by(keys, mirrors):
        clock.allow_travel()
        try:
            clock.travel_to(begins - timedelta(days=7))
            policies.publish(load.read(POLICIES / policy), by="test")
            clock.travel_to(begins)
            found = session(signed_in())
            assert found is not None
            yield Company(found.id)
        finally:
            clock.forbid_travel()


@contextmanager
def sealed_by(keys: Path, mirrors: int = 1) -> Iterator[House]:
    """Let a key daemon that runs in this process, over an empty folder, be the keyring.

    mirrors: copies of its root, `root-0.slots` and so on in that folder
    """
    before = sealing._running
    files = {alias: attachments(alias) for alias in ("live", "separate")}
    group = tuple(keys / f"root-{number}.slots" for number in range(mirrors))
    house = House(Blueprint(keys, (group,), anywhere=True, origin=ORIGIN, files=files))
    everybody = local(house)
    sealing._running = sealing._Running()
    sealing.use(lambda: everybody)
    try:
        yield house
    finally:
        house.close()
        sealing._running = before


def copies(record_id: UUID, item: str) -> list[str]:
    """Say in which stores values of an item can still be read: a row, its envelope, and a living key."""
    live = ItemValue.objects.filter(record_id=record_id, item=item)
    kept = SeparateItem.objects.filter(record_id=record_id, item=item)
    return ["live" for row in live if _readable(row)] + ["separate" for row in kept if _readable(row)]


def _readable(row: ItemValue | SeparateItem) -> bool:
    return bool(row.envelope) and sealing.current().states([row.kid])[row.kid] is KeyState.ALIVE
