"""Turn a policy file into the values the engine works with. What the file leaves open, `fallbacks` alone decides."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

from pydantic import ValidationError

from jikim.domain.errors import Misused
from jikim.domain.inquiry import Collection, Item, Purpose
from jikim.domain.period import Period
from jikim.domain.policy import Policy
from jikim.domain.retention import Retention, RetentionRule
from jikim.domain.vocabulary import Place, StorageUse
from jikim.language import clauses, fallbacks, moment, order, references, schema
from jikim.language.canonical import fingerprint
from jikim.language.tables import (
    CollectionTable,
    ItemTable,
    PolicyFile,
    PurposeTable,
    RetentionTable,
    Revision,
    RuleTable,
)
from jikim.language.values import said
from jikim.packs import load
from jikim.packs.pack import Pack


class Uncompilable(Misused):
    """The file has errors; no value of it was used."""


def compile(raw: Mapping[str, Any]) -> Policy:  # noqa: A001 - the one word for it; called as compile.compile
    """Return the policy as domain values.

    raw:    the tables of a file, or what `canonical.restore` gave back: equal facts compile to equal values
    raises: Uncompilable for an error of shape, a name that leads nowhere, or an item no purpose can end
    """
    file = _validated(raw)
    _refuse_loose_ends(file)
    return _policy(file, fingerprint(raw))


def _validated(raw: Mapping[str, Any]) -> PolicyFile:
    try:
        return PolicyFile.model_validate(raw)
    except ValidationError:
        first, *rest = schema.problems(raw)
        more = f", and {len(rest)} more" if rest else ""
        raise Uncompilable(
            f"{first.path}: {first.kind}{more}", hint="`jikim policy check FILE` lists them all"
        ) from None


def _refuse_loose_ends(file: PolicyFile) -> None:
    found = [f"{path} names no {noun}: {name}" for path, noun, name in references.dangling(file)]
    found += [f"collection.{name} takes {item}, which no purpose names" for name, item in references.purposeless(file)]
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        raise Uncompilable(found[0] + more, hint="`jikim policy check FILE` lists them all")


def _policy(file: PolicyFile, sha256: str) -> Policy:
    head = file.policy
    revision = head.revision or Revision()
    pack = load(head.jurisdiction)
    return Policy(
        id=head.id,
        version=head.version,
        sha256=sha256,
        jurisdiction=head.jurisdiction,
        languages=tuple(head.languages),
        effective_stated=head.effective,
        in_force_at=moment.of(head.effective),
        laws=tuple(head.laws),
        revision_notice=clauses.word(revision.notice),
        revision_lead=clauses.period(revision.lead),
        revision_lead_against=clauses.period(revision.lead_against),
        controller=clauses.controller(file),
        officer=clauses.contact(file.officer),
        complaints=clauses.contact(file.department.complaints if file.department else None),
        access_requests=clauses.contact(file.department.access if file.department else None),
        items=tuple(_item(name, item, file) for name, item in order.by_mention(file.item, order.item_mentions(file))),
        purposes=tuple(
            _purpose(name, purpose, file)
            for name, purpose in order.by_mention(file.purpose, order.purpose_mentions(file))
        ),
        collections=tuple(_collection(name, collection, file) for name, collection in order.by_name(file.collection)),
        record_classes=clauses.record_classes(file, pack),
        retention=_retention(file, pack),
        destruction=clauses.destruction(file),
        sharing=clauses.sharing(file),
        systems=clauses.systems(file),
        rights=clauses.rights(file),
        cookies=clauses.cookies(file),
        safety=tuple(file.safety.measures) if file.safety else (),
        statements=tuple((key.value, said.value) for key, said in order.by_word(file.statement)),
        remedies=tuple(file.remedies.bodies) if file.remedies else (),
        history=clauses.history(file),
        overrides=clauses.overrides(file),
        prose=tuple((clause.value, said(words)) for clause, words in order.by_word(file.prose)),
    )


def _item(name: str, table: ItemTable, file: PolicyFile) -> Item:
    limits = fallbacks.limits(table)
    return Item(
        name=name,
        kind=table.kind,
        label=fallbacks.label(table.label, name, file.policy.languages),
        hint=said(table.hint),
        max_chars=limits.max_chars,
        max_files=limits.max_files,
        max_bytes=limits.max_bytes,
        choices=tuple((word, said(label)) for word, label in order.by_name(table.choices)),
    )


def _purpose(name: str, table: PurposeTable, file: PolicyFile) -> Purpose:
    served_by = (
        _all_items(collection, file)
        for _, collection in order.by_name(file.collection)
        if name in fallbacks.purposes_of(collection, file.purpose)
    )
    return Purpose(
        name=name,
        label=fallbacks.label(table.label, name, file.policy.languages),
        basis=table.basis,
        balancing=said(table.balancing),
        refusal=said(table.refusal),
        items=fallbacks.items_of(table, served_by),
        ends=fallbacks.end_of(table),
        period=clauses.period(table.period) or fallbacks.NO_TIME,
        quiet=clauses.period(table.quiet) or fallbacks.NO_TIME,
        inactive_after=clauses.period(table.inactive_after),
    )


def _collection(name: str, table: CollectionTable, file: PolicyFile) -> Collection:
    asked = fallbacks.asked(table, file.item)
    return Collection(
        name=name,
        method=clauses.word(table.method),
        required=asked.required,
        optional=asked.optional,
        automatic=asked.automatic,
        purposes=fallbacks.purposes_of(table, file.purpose),
        refusal=said(table.refusal),
        minors=table.minors,
    )


def _all_items(collection: CollectionTable, file: PolicyFile) -> tuple[str, ...]:
    asked = fallbacks.asked(collection, file.item)
    return asked.required + asked.optional + asked.automatic


def _retention(file: PolicyFile, pack: Pack) -> Retention:
    table = file.retention or RetentionTable()
    return Retention(
        within=clauses.period(table.within) or fallbacks.WITHIN,
        calendar=table.calendar or file.policy.jurisdiction,
        move_to=Place(table.move_to or Place.SEPARATE),
        paper_to=clauses.word(table.paper_to),
        use=table.use or StorageUse.STORAGE_ONLY,
        allowed=fallbacks.LAWFUL_USES if table.allowed is None else tuple(table.allowed),
        rules=tuple(_rule(name, rule, file, pack) for name, rule in order.rules(table.rule, pack)),
        laws=tuple(table.laws),
    )


def _rule(name: str, table: RuleTable, file: PolicyFile, pack: Pack) -> RetentionRule:
    floor = fallbacks.floor_of(table, pack)
    collected = set(chain.from_iterable(_all_items(collection, file) for collection in file.collection.values()))
    items = {item: kind for item, kind in order.by_mention(file.item, order.item_mentions(file)) if item in collected}
    answers = file.controller.answers if file.controller else None
    return RetentionRule(
        name=name,
        records=table.records,
        why=table.why,
        law=table.law or "",
        reason=said(table.reason),
        basis=table.basis,
        items=fallbacks.kept_items(table, floor, items),
        start=fallbacks.start_of(table, floor),
        period=Period.parse(table.period),
        applies=fallbacks.applies(table, floor, answers),
    )
