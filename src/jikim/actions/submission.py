"""A form on its way in: proved against the notice it was served with, checked against the policy, made ready to seal.

Source: Privacy Policy, "Items collected and method"; PIPA arts. 15, 16, 22. Nothing is stored here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from jikim.actions.values import BYTES, NAME, VALUE, PlainValue
from jikim.domain import consent, identifiers, intake
from jikim.domain.errors import Misused, Refused
from jikim.domain.inquiry import Collection
from jikim.domain.intake import SubmissionRefused, UploadedFile
from jikim.domain.policy import Policy
from jikim.domain.terms import ItemKind
from jikim.language import notice
from jikim.queries import policies
from jikim.queries.beginning import Beginning
from jikim.queries.policies import Published, Standing


class NoticeChanged(Refused):
    """The words the person agreed beside are no longer the ones in force; nothing was stored."""


class AlreadySent(Refused):
    """The very form was stored before, under the same receipt code; nothing was stored a second time."""

    def __init__(self, record_id: UUID) -> None:
        super().__init__(f"the form of record {record_id} came again", hint="show its receipt again")
        self.record_id = record_id


class NoPolicyInForce(Refused):
    """No policy is in force, so nothing may be asked of anyone; nothing was stored."""


class HoldsResidentNumber(Refused):
    """A value or a file shows a resident registration number, which no consent allows; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What a person sent, and the words they saw. Values never show in a repr."""

    collection: str
    language: str
    policy_number: int
    notice_sha256: str
    consents: tuple[str, ...]
    values: Mapping[str, str] = field(repr=False)
    files: tuple[UploadedFile, ...] = ()
    access_log: str = field(default="", repr=False)
    code: str = field(default="", repr=False)  # the receipt code its form was made for; "" asks for a new one


@dataclass(frozen=True, slots=True)
class Receipt:
    """Handed out once the inquiry is durable; the code is shown once and never kept."""

    record_id: UUID
    code: str = field(repr=False)
    beginning: Beginning
    checkpoint: str  # how the journal stood, signed


@dataclass(frozen=True, slots=True)
class Accepted:
    """A submission that passed every gate."""

    submission: Submission
    standing: Standing
    collection: Collection
    notice_text: str
    values: tuple[PlainValue, ...]

    @property
    def published(self) -> Published:
        return self.standing.published


def accept(submission: Submission) -> Accepted:
    """Pass a submission through every gate.

    raises: NoPolicyInForce, Misused, NoticeChanged, ConsentMissing, ConsentNotAsked, SubmissionRefused,
            HoldsResidentNumber; nothing was stored
    """
    standing = policies.standing(submission.notice_sha256)
    if standing is None:
        raise NoPolicyInForce("no policy is in force", hint="publish one: jikim policy publish FILE")
    published = standing.published
    _refuse_strange_words(submission, published.policy)
    collection = published.policy.collection(submission.collection)
    words = _proved(submission, published)
    values = intake.tidy(submission.values)
    filled = intake.filled(published.policy, collection, values, submission.files)
    consent.check(published.policy, collection, submission.consents, filled)
    faults = intake.problems(published.policy, collection, values, submission.files)
    if faults:
        raise SubmissionRefused(faults)
    refuse_resident_numbers(values, submission.files)
    plain = (
        *as_values(published.policy, collection, values, submission.files),
        *_traces(published.policy, collection, submission),
    )
    return Accepted(submission, standing, collection, words, plain)


def _refuse_strange_words(submission: Submission, policy: Policy) -> None:
    """Let into clear columns only words that the policy has; what is refused is not repeated."""
    if submission.language not in policy.languages or submission.collection not in {c.name for c in policy.collections}:
        raise Misused("a form whose language or collection the policy does not have", hint="load the form again")


def _proved(submission: Submission, published: Published) -> str:
    """Return the notice's words once their digest and version are the ones the person saw."""
    served = notice.build(published.policy, published.policy.collection(submission.collection), submission.language)
    if (published.number, served.sha256) != (submission.policy_number, submission.notice_sha256):
        raise NoticeChanged(
            f"the notice was of version {submission.policy_number}; version {published.number} is in force",
            hint="read the notice that is in force now, then agree and send again",
        )
    return served.text


def refuse_resident_numbers(values: Mapping[str, str], files: tuple[UploadedFile, ...]) -> None:
    """Stop before anything is stored (PIPA art. 24-2(1)); pages say which field, this gate only that there is one."""
    if any(map(identifiers.has_resident_number, values.values())) or any(file.is_numbered for file in files):
        raise HoldsResidentNumber("the form holds a resident registration number", hint="remove or cover it, then send")


def as_values(
    policy: Policy, collection: Collection, values: Mapping[str, str], files: tuple[UploadedFile, ...]
) -> Iterator[PlainValue]:
    """Tell words and files as the values that are sealed, in the order in which the collection asks for them."""
    asked = [policy.item(name) for name in collection.asked]
    for item in asked:
        if item.name in values:
            yield PlainValue(item.name, VALUE, 0, values[item.name].encode())
        for ordinal, file in enumerate(intake.files_of(item, asked, files)):
            yield PlainValue(item.name, NAME, ordinal, file.name.encode())
            yield PlainValue(item.name, BYTES, ordinal, file.card)


def _traces(policy: Policy, collection: Collection, submission: Submission) -> Iterator[PlainValue]:
    """Tell what the site itself records, where the policy names it."""
    for name in collection.automatic:
        if submission.access_log and policy.item(name).kind == ItemKind.ACCESS_LOG:
            yield PlainValue(name, VALUE, 0, submission.access_log.encode())
