"""Turn the clauses that stand for themselves into domain values: who, to whom, which rights, which cookies."""

from jikim.domain.period import Period
from jikim.domain.policy import (
    Change,
    Contact,
    Controller,
    CookieGroup,
    Cookies,
    Destruction,
    Override,
    Processor,
    RecordClass,
    Rights,
    Sharing,
    System,
)
from jikim.language import fallbacks, order
from jikim.language.tables import (
    AfterErasure,
    Consignment,
    ContactTable,
    ControllerTable,
    CookieGroupTable,
    CookiesTable,
    DestructionTable,
    Electronic,
    MinorsTable,
    Paper,
    PolicyFile,
    RightsTable,
    SharingTable,
)
from jikim.language.values import said
from jikim.packs.pack import Pack


def word(stated: str | None) -> str:
    """Return a closed word as plain text, "" when nothing is stated."""
    return str(stated) if stated else ""


def period(written: str | None) -> Period | None:
    return Period.parse(written) if written else None


def controller(file: PolicyFile) -> Controller:
    table = file.controller or ControllerTable()
    return Controller(said(table.name), frozenset(table.answers or ()))


def contact(table: ContactTable | None) -> Contact:
    table = table or ContactTable()
    return Contact(
        name=said(table.name),
        title=said(table.title),
        email=table.email or "",
        phone=table.phone or "",
        target=period(table.target),
        answer=word(table.answer),
    )


def record_classes(file: PolicyFile, pack: Pack) -> tuple[RecordClass, ...]:
    languages = file.policy.languages
    ordered = order.by_mention(file.record, order.record_mentions(file, pack))
    return tuple(RecordClass(name, fallbacks.label(table.label, name, languages)) for name, table in ordered)


def destruction(file: PolicyFile) -> Destruction:
    table = file.destruction or DestructionTable()
    electronic, paper = table.electronic or Electronic(), table.paper or Paper()
    return Destruction(
        electronic=word(electronic.method),
        electronic_then=tuple(electronic.then),
        electronic_evidence=tuple(electronic.evidence),
        paper=tuple(paper.methods),
        paper_evidence=tuple(paper.evidence),
    )


def sharing(file: PolicyFile) -> Sharing:
    table = file.sharing or SharingTable()
    consignment = table.consignment or Consignment()
    return Sharing(
        third_party=word(table.third_party),
        overseas=word(table.overseas),
        kinds=tuple(consignment.kinds),
        processors_stated=consignment.processors is not None or bool(table.processor),
        processors=_processors(table, file),
        otherwise=tuple(consignment.otherwise),
    )


def _processors(table: SharingTable, file: PolicyFile) -> tuple[Processor, ...]:
    return tuple(
        Processor(
            name=name,
            label=fallbacks.label(row.label, name, file.policy.languages),
            task=said(row.task),
            kind=word(row.kind),
            items=tuple(row.items),
            country=row.country or "",
        )
        for name, row in order.by_name(table.processor)
    )


def systems(file: PolicyFile) -> tuple[System, ...]:
    return tuple(
        System(
            name=name,
            label=fallbacks.label(row.label, name, file.policy.languages),
            kind=word(row.kind),
            items=tuple(row.items or ()),
        )
        for name, row in order.by_name(file.systems)
    )


def rights(file: PolicyFile) -> Rights:
    table = file.rights or RightsTable()
    after, minors = table.after_erasure or AfterErasure(), table.minors or MinorsTable()
    stated = (("keep", after.keep), ("view", after.view), ("other_use", after.other_use))
    return Rights(
        who=tuple(table.who),
        deadlines=tuple((action.value, Period.parse(written)) for action, written in order.by_word(table.deadline)),
        after_erasure=tuple((key, said.value) for key, said in stated if said),
        minors_under=minors.under or 0,
        minors_verify=tuple(minors.verify),
        membership_items=tuple(table.membership.items or ()) if table.membership else (),
        membership_stated=table.membership is not None,
        actions=tuple(dict.fromkeys([*table.actions, *(action for action, _ in order.by_word(table.deadline))])),
    )


def cookies(file: PolicyFile) -> Cookies:
    table = file.cookies or CookiesTable()
    return Cookies(
        stated=file.cookies is not None,
        modes=tuple(table.modes),
        default=word(table.default),
        gpc_refuses=tuple(table.gpc_refuses),
        browser_help=tuple(table.browser_help),
        on_refusal=said(table.on_refusal),
        groups=tuple(_cookie_group(name, group, file) for name, group in order.cookie_groups(table.group)),
        use=word(table.use),
    )


def _cookie_group(name: str, table: CookieGroupTable, file: PolicyFile) -> CookieGroup:
    return CookieGroup(
        name=name,
        label=fallbacks.label(table.label, name, file.policy.languages),
        basis=word(table.basis),
        measures=tuple(table.measures),
        cookies=tuple((cookie, Period.parse(written)) for cookie, written in order.by_name(table.cookies)),
        purposes=tuple(table.purposes),
    )


def history(file: PolicyFile) -> tuple[Change, ...]:
    lines = sorted(file.history.items(), key=lambda pair: int(pair[0]))
    return tuple(Change(int(number), line.effective or "", said(line.summary)) for number, line in lines)


def overrides(file: PolicyFile) -> tuple[Override, ...]:
    return tuple(Override(row.code, row.path, said(row.reason)) for row in file.override)
