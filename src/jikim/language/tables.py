"""The tables of a policy file: every key and closed word of the language, and nothing about the law.

Nearly everything may be absent: what the law misses is found by rules that cite it. What is here must be right.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from jikim.domain import terms as t
from jikim.domain import vocabulary as v
from jikim.domain.inquiry import Minors
from jikim.language.values import Duration, Email, Length, Moment, Name, Names, NoneAtAll, PackRef, Word, Words

SCHEMA = "policy/1"


class Table(BaseModel):
    """A table of the file: unknown keys are errors, and nothing is converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Revision(Table):
    notice: Annotated[v.RevisionNotice, Word] | None = None
    lead: Length | None = None
    lead_against: Length | None = None


class PolicyHead(Table):
    id: Name
    version: Annotated[int, Field(ge=1, le=999_999)]
    jurisdiction: Annotated[v.Jurisdiction, Word]
    languages: Annotated[list[Annotated[v.Language, Word]], Field(min_length=1)]
    effective: Moment
    laws: list[PackRef] = []
    revision: Revision | None = None


class HistoryLine(Table):
    effective: Moment | None = None
    summary: Words = {}


class ControllerTable(Table):
    name: Words = {}
    answers: list[Annotated[t.Answer, Word]] | None = None


class ContactTable(Table):
    name: Words = {}
    title: Words = {}
    email: Email | None = None
    phone: Annotated[str, StringConstraints(max_length=40, pattern=r"^\+?[0-9][0-9 -]+[0-9]$")] | None = None
    answer: Annotated[v.Pace, Word] | None = None
    target: Length | None = None


class Departments(Table):
    complaints: ContactTable | None = None
    access: ContactTable | None = None


class ItemTable(Table):
    kind: Annotated[t.ItemKind, Word]
    label: Words = {}
    hint: Words = {}
    max_chars: Annotated[int, Field(ge=1, le=100_000)] | None = None
    max_files: Annotated[int, Field(ge=1, le=50)] | None = None
    max_bytes: Annotated[int, Field(ge=1, le=1_073_741_824)] | None = None
    choices: dict[Name, Words] = {}


class PurposeTable(Table):
    label: Words = {}
    basis: Annotated[t.LegalBasis, Word] | None = None
    balancing: Words = {}
    refusal: Words = {}
    items: Names | None = None
    ends: Annotated[t.Event, Word] | None = None
    period: Length | None = None
    quiet: Duration | None = None
    inactive_after: Length | None = None


class CollectionTable(Table):
    method: Annotated[v.CollectionMethod, Word] | None = None
    items: Names | None = None
    required: Names | None = None
    optional: Names | None = None
    automatic: Names | None = None
    purposes: Names | None = None
    minors: Annotated[Minors, Word] | None = None
    refusal: Words = {}


class RecordTable(Table):
    label: Words = {}


class RuleTable(Table):
    records: Name
    why: Annotated[t.Why, Word]
    law: PackRef | None = None
    reason: Words = {}
    basis: Annotated[t.LegalBasis, Word] | None = None
    applies_if: Annotated[t.Answer, Word] | None = None
    items: Names | None = None
    start: Annotated[t.Event, Word] | None = None
    period: Length


class RetentionTable(Table):
    start: Literal["purpose.achieved"] | None = None
    within: Length | None = None
    calendar: Annotated[v.Jurisdiction, Word] | None = None
    laws: list[PackRef] = []
    move_to: Literal["separate"] | None = None
    paper_to: Literal["filing-cabinet"] | None = None
    use: Annotated[v.StorageUse, Word] | None = None
    allowed: list[Annotated[t.LawfulUse, Word]] | None = None
    rule: dict[Name, RuleTable] = {}


class Electronic(Table):
    method: Annotated[v.Erasure, Word] | None = None
    then: list[Annotated[v.ErasureStep, Word]] = []
    evidence: list[Annotated[v.Evidence, Word]] = []


class Paper(Table):
    methods: list[Annotated[v.PaperMethod, Word]] = []
    evidence: list[Annotated[v.Evidence, Word]] = []


class DestructionTable(Table):
    electronic: Electronic | None = None
    paper: Paper | None = None


class ProcessorTable(Table):
    label: Words = {}
    task: Words = {}
    kind: Annotated[v.EntrustedWork, Word] | None = None
    items: Names = []
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None


class SystemTable(Table):
    label: Words = {}
    kind: Annotated[v.SystemWork, Word] | None = None
    items: Names | None = None


class Consignment(Table):
    kinds: list[Annotated[v.EntrustedWork, Word]] = []
    processors: NoneAtAll | None = None
    otherwise: list[Annotated[v.OtherwiseStep, Word]] = []


class SharingTable(Table):
    third_party: NoneAtAll | None = None
    overseas: NoneAtAll | None = None
    consignment: Consignment | None = None
    processor: dict[Name, ProcessorTable] = {}


class AfterErasure(Table):
    keep: Annotated[v.AfterErasureKeep, Word] | None = None
    view: Annotated[v.AfterErasureView, Word] | None = None
    other_use: Annotated[v.AfterErasureUse, Word] | None = None


class MinorsTable(Table):
    under: Annotated[int, Field(ge=1, le=19)] | None = None
    verify: list[Annotated[v.Verification, Word]] = []


class Membership(Table):
    items: Names | None = None


class RightsTable(Table):
    who: list[Annotated[v.RightsHolder, Word]] = []
    actions: list[Annotated[v.RightsAction, Word]] = []
    deadline: dict[Annotated[v.RightsAction, Word], Duration] = {}
    after_erasure: AfterErasure | None = None
    minors: MinorsTable | None = None
    membership: Membership | None = None


class CookieGroupTable(Table):
    label: Words = {}
    basis: Annotated[t.LegalBasis, Word] | None = None
    purposes: list[Annotated[v.CookiePurpose, Word]] = []
    measures: list[Annotated[v.Measure, Word]] = []
    cookies: dict[Annotated[str, StringConstraints(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$")], Length] = {}


class CookiesTable(Table):
    use: NoneAtAll | None = None
    modes: list[Annotated[v.CookieMode, Word]] = []
    default: Annotated[v.CookieMode, Word] | None = None
    gpc_refuses: Names = []
    browser_help: list[Annotated[v.Browser, Word]] = []
    on_refusal: Words = {}
    group: dict[Name, CookieGroupTable] = {}


class Safety(Table):
    measures: list[Annotated[v.SafetyMeasure, Word]] = []


class Remedies(Table):
    bodies: list[PackRef] = []


class OverrideRow(Table):
    code: Annotated[str, StringConstraints(pattern=r"^[EW]-[A-Z0-9-]{1,40}$")]
    path: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    reason: Annotated[Words, Field(min_length=1)]


class PolicyFile(Table):
    """One policy, in one file and every language."""

    model_config = ConfigDict(title="A Jikim policy", json_schema_extra={"$id": SCHEMA})

    schema_id: Annotated[Literal["policy/1"], Field(alias="schema")]
    policy: PolicyHead
    history: dict[Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,5}$")], HistoryLine] = {}
    controller: ControllerTable | None = None
    officer: ContactTable | None = None
    department: Departments | None = None
    item: dict[Name, ItemTable] = {}
    purpose: dict[Name, PurposeTable] = {}
    collection: dict[Name, CollectionTable] = {}
    record: dict[Name, RecordTable] = {}
    retention: RetentionTable | None = None
    destruction: DestructionTable | None = None
    sharing: SharingTable | None = None
    systems: dict[Name, SystemTable] = {}
    rights: RightsTable | None = None
    cookies: CookiesTable | None = None
    safety: Safety | None = None
    statement: dict[Annotated[v.Statement, Word], Annotated[v.Stated, Word]] = {}
    remedies: Remedies | None = None
    prose: dict[Annotated[v.Clause, Word], Words] = {}
    override: list[OverrideRow] = []
