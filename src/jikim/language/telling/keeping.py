"""How long, and what outlives its purpose (PIPA arts. 21, 30(1)2, 30(1)3-2; Standard Guideline arts. 10, 11)."""

from collections.abc import Iterator

from jikim.domain.period import Period
from jikim.domain.retention import RetentionRule
from jikim.domain.terms import Event, LawfulUse, Why
from jikim.language.telling.blocks import Block, LifeLine, Node, Said, Span, Subheading, bullets, paragraph, table
from jikim.language.telling.teller import Pair, Teller

USES: dict[LawfulUse, Pair] = {
    LawfulUse.AUTHORITY: ("기관이 법에 따라 요구할 때", "to answer an authority that the law entitles"),
    LawfulUse.DISPUTE: ("분쟁을 처리할 때", "to settle a dispute"),
    LawfulUse.SUBJECT_ACCESS: ("본인이 열람을 요구할 때", "when you yourself ask to see it"),
}
GROUNDS: dict[frozenset[Why], Pair] = {
    frozenset({Why.LAW}): ("법령", "the law"),
    frozenset({Why.INTERNAL}): ("회사 기준", "our own rule"),
    frozenset({Why.LAW, Why.INTERNAL}): ("법령이나 회사 기준", "the law or our own rule"),
}


def retention(tell: Teller) -> Iterator[Block]:
    within = tell.period(tell.policy.retention.within)
    yield paragraph(
        tell(
            "처리 목적을 이룬 정보는 지체 없이, ",
            "Once the purpose is achieved, we destroy the information without delay: ",
        ),
        Span(tell(f"늦어도 {within} 안에", f"within {within} at the latest"), important=True),
        tell(" 파기합니다.", "."),
    )
    yield from _quiet(tell)
    rules = _rules(tell)
    if rules:
        yield paragraph(_exceptions(tell))
        yield _table(tell, rules)
    if any(purpose.ends == Event.INQUIRY_CLOSED for purpose in tell.policy.purposes):
        yield _life(tell, rules)


def _exceptions(tell: Teller) -> str:
    laws = tell.both(tell.text(law.name) for ref in tell.policy.retention.laws if (law := tell.entry(ref)))
    return tell(
        (f"{laws} 같은 법령에 따라 남겨야 하는 기록이 있습니다. " if laws else "")
        + "다음 기록은 아래에 적은 항목만 정해진 기간 동안 남깁니다. 나머지 항목은 그때에도 파기합니다.",
        (f"Some records must be kept under laws such as the {laws}. " if laws else "")
        + "Of the records below, only the items named stay, each for its own period. Everything else is destroyed "
        "all the same.",
    )


def _quiet(tell: Teller) -> Iterator[Block]:
    for purpose in tell.policy.purposes:
        if purpose.ends != Event.INQUIRY_CLOSED:
            continue
        if purpose.quiet != Period():
            quiet = tell.period(purpose.quiet)
            yield paragraph(
                tell(
                    f"문의는 처리를 마친 뒤 {quiet} 동안 새 글이 없으면 목적을 이룬 것으로 봅니다. "
                    "그 안에 다시 물으시면 이어서 답해 드립니다.",
                    f"An inquiry has achieved its purpose when it is resolved and {quiet} pass without another word. "
                    "Write again before that, and we go on where we left off.",
                )
            )
        if purpose.inactive_after:
            idle = tell.period(purpose.inactive_after)
            yield paragraph(
                tell(
                    f"처리를 마치지 않았더라도 {idle} 동안 오간 글이 없으면 목적이 끝난 것으로 봅니다.",
                    f"Even if it was never resolved, an inquiry ends after {idle} without a word from either side.",
                )
            )


def _rules(tell: Teller) -> list[RetentionRule]:
    return [rule for rule in tell.policy.retention.rules if rule.applies]


def _table(tell: Teller, rules: list[RetentionRule]) -> Block:
    header = (
        tell("기록", "Record"),
        tell("항목", "What"),
        tell("근거", "On what ground"),
        tell("보유 기간", "How long"),
        tell("언제부터", "From when"),
    )
    rows: list[list[Said]] = [
        [
            _class(tell, rule),
            tell.items(rule.items),
            tell.authority(rule),
            Span(tell.period(rule.period), important=True),
            tell.sentence(tell.event(rule.start)),
        ]
        for rule in rules
    ]
    return table(tell("목적을 이룬 뒤에도 남기는 기록", "Records that outlive their purpose"), header, rows)


def _class(tell: Teller, rule: RetentionRule) -> str:
    return next(tell.text(kind.label) for kind in tell.policy.record_classes if kind.name == rule.records)


def _life(tell: Teller, rules: list[RetentionRule]) -> Block:
    """Draw the life of one inquiry as this policy lives it."""
    within = tell.period(tell.policy.retention.within)
    nodes = [
        Node(
            tell("받음", "Received"), tell(f"제{tell.policy.version}판에 따라", f"Under version {tell.policy.version}")
        ),
        Node(tell("답함", "Answered"), _waiting(tell)),
        Node(tell("목적을 이룸", "Purpose achieved"), _parting(tell, within, kept=bool(rules))),
    ]
    if rules:
        nodes.append(Node(tell("따로 보관", "Set aside"), _span(tell, rules)))
    nodes.append(Node(tell("파기", "Destroyed"), _end(tell, within, kept=bool(rules)), ends=True))
    return LifeLine(tell("문의 한 건의 일생", "The life of one inquiry"), tuple(nodes))


def _waiting(tell: Teller) -> str:
    quiet = next((tell.period(p.quiet) for p in tell.policy.purposes if p.ends == Event.INQUIRY_CLOSED), "")
    return tell(f"{quiet} 동안 다시 물을 수 있음", f"{quiet} to write again") if quiet else ""


def _parting(tell: Teller, within: str, *, kept: bool) -> str:
    if not kept:
        return tell("더는 필요하지 않음", "No longer needed")
    return tell(f"남길 근거가 없으면 {within} 안에 파기", f"Destroyed within {within}, unless a rule keeps it")


def _span(tell: Teller, rules: list[RetentionRule]) -> str:
    ordered = sorted({rule.period for rule in rules}, key=lambda period: (period.years, period.months, period.days))
    shortest, longest = tell.period(ordered[0]), tell.period(ordered[-1])
    if shortest == longest:
        return tell(f"표에 적은 기록만, {longest}", f"Only the records listed, {longest}")
    return tell(f"표에 적은 기록만, {shortest}에서 {longest}", f"Only the records listed, {shortest} to {longest}")


def _end(tell: Teller, within: str, *, kept: bool) -> str:
    when = tell("기간이 끝나면 ", "When the period ends, ") if kept else ""
    certified = "certificate" in tell.policy.destruction.electronic_evidence
    proof = tell(", 증명서를 남김", ", with a certificate") if certified else ""
    return tell.sentence(when + tell(f"{within} 안에", f"within {within}") + proof)


def separate(tell: Teller) -> Iterator[Block]:
    rules = _rules(tell)
    if not rules:
        return
    yield paragraph(_moved(tell, rules))
    if tell.policy.retention.paper_to:
        yield paragraph(tell("종이 문서는 따로 둔 보관함으로 옮깁니다.", "Paper moves to a filing cabinet of its own."))
    if tell.policy.retention.use == "storage-only":
        yield from _use(tell)
    yield Subheading(tell("따로 보관하는 기록과 항목", "Records and items set aside"))
    yield bullets(f"{_class(tell, rule)}: {tell.items(rule.items)}" for rule in rules)
    yield paragraph(
        tell("근거와 기간은 ‘", "For grounds and periods, see “"),
        Span(tell("보유 기간", "How long we keep it"), href="#retention"),
        tell("’에 있습니다.", ".”"),
    )


def _moved(tell: Teller, rules: list[RetentionRule]) -> str:
    grounds = GROUNDS[frozenset(rule.why for rule in rules)]
    sealed = tell.policy.destruction.electronic == "crypto-shred"
    return tell(
        f"{grounds[0]}에 따라 남기는 정보는 쓰던 데이터베이스에서 빼내 따로 둔 데이터베이스로 옮깁니다."
        + " 옮길 때 새 열쇠로 다시 봉인하므로, 업무 화면에서는 더 열 수 없습니다." * sealed,
        f"What {grounds[1]} keeps is taken out of the database in use and moved to a separate one."
        + " It is sealed anew on the way, so that the desk our staff works at can no longer open it." * sealed,
    )


def _use(tell: Teller) -> Iterator[Block]:
    only = Span(tell("보관 말고는 쓰지 않습니다.", "It is stored and used for nothing else."), important=True)
    if not tell.policy.retention.allowed:
        yield paragraph(only)
        return
    yield paragraph(only, tell(" 다음 경우에만 엽니다.", " It is opened only:"))
    yield bullets(tell(*USES[use]) for use in tell.policy.retention.allowed)
