"""How long, and what outlives its purpose (PIPA arts. 21, 30(1)2, 30(1)3-2; Standard Guideline arts. 10, 11)."""

from collections.abc import Iterator

from jikim.domain.period import Period
from jikim.domain.retention import RetentionRule
from jikim.domain.terms import Event, LawfulUse, Why
from jikim.language.telling.blocks import Block, LifeLine, Node, Said, Span, Subheading, bullets, paragraph, table
from jikim.language.telling.teller import Pair, Teller

USES: dict[LawfulUse, Pair] = {
    LawfulUse.AUTHORITY: ("법에 따른 기관의 요구에 응할 때", "to answer an authority that the law entitles"),
    LawfulUse.DISPUTE: ("분쟁을 처리할 때", "to settle a dispute"),
    LawfulUse.SUBJECT_ACCESS: ("본인이 열람을 요구할 때", "when you yourself ask to see it"),
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
        yield paragraph(
            tell(
                "아래 기록만 정한 동안 남깁니다. 적힌 항목 말고는 이때에도 모두 파기합니다."
                if all(rule.items for rule in rules)
                else "아래 기록만 정한 동안 남깁니다.",
                "Only the records below stay longer, each for its own period. Every other item is destroyed all the same.",
            )
        )
        yield _table(tell, rules)
    yield _life(tell, rules)


def _quiet(tell: Teller) -> Iterator[Block]:
    for purpose in tell.policy.purposes:
        if purpose.ends != Event.INQUIRY_CLOSED:
            continue
        if purpose.quiet != Period():
            quiet = tell.period(purpose.quiet)
            yield paragraph(
                tell(
                    f"문의는 처리를 마친 뒤 {quiet} 동안 새 글이 없으면 목적을 이룬 것으로 봅니다. "
                    "그 안에 다시 물으시면 이어서 답합니다.",
                    f"An inquiry has achieved its purpose when it is resolved and {quiet} pass without another word. "
                    "Write again before that, and we go on where we left off.",
                )
            )
        if purpose.inactive_after:
            idle = tell.period(purpose.inactive_after)
            yield paragraph(
                tell(
                    f"오가는 글 없이 {idle}이 지난 문의도 목적이 끝난 것으로 봅니다.",
                    f"An inquiry that sees no word from either side for {idle} has ended as well.",
                )
            )


def _rules(tell: Teller) -> list[RetentionRule]:
    return [rule for rule in tell.policy.retention.rules if rule.applies]


def _table(tell: Teller, rules: list[RetentionRule]) -> Block:
    header = (
        tell("기록", "Record"),
        tell("남기는 항목", "Items kept"),
        tell("근거", "On whose authority"),
        tell("기간", "How long"),
        tell("언제부터", "Counted from"),
    )
    rows: list[list[Said]] = [
        [
            _class(tell, rule),
            tell.items(rule.items),
            tell.authority(rule),
            Span(tell.period(rule.period), important=True),
            tell.event(rule.start),
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
        Node(tell("받음", "Received"), tell("항목마다 따로 봉인", "Each item sealed by itself")),
        Node(tell("답함", "Answered"), tell("열 때마다 기록", "Every opening is recorded")),
        Node(tell("목적을 이룸", "Purpose achieved"), tell("파기 시계가 시작됨", "The clock of destruction starts")),
    ]
    if rules:
        longest = tell.period(max((rule.period for rule in rules), key=lambda period: (period.years, period.months)))
        nodes.append(
            Node(
                tell("따로 보관", "Set aside"),
                tell(f"위 기록만, 길어야 {longest}", f"Those records only, {longest} at most"),
            )
        )
    nodes.append(
        Node(
            tell("파기", "Destroyed"),
            tell(f"{within} 안에, 증명서와 함께", f"Within {within}, with a certificate"),
            ends=True,
        )
    )
    return LifeLine(tell("문의 한 건의 일생", "The life of one inquiry"), tuple(nodes))


def separate(tell: Teller) -> Iterator[Block]:
    rules = _rules(tell)
    if not rules:
        return
    lawful = any(rule.why == Why.LAW for rule in rules)
    ground = tell("법령에 따라 남기는", "the law obliges us to keep") if lawful else tell("남기는", "we keep")
    yield paragraph(
        tell(
            f"{ground} 정보는 쓰던 곳에서 빼내 따로 둔 데이터베이스로 옮기고, 새로 봉인합니다. "
            "옮기고 나면 업무 화면에서는 열 수 없습니다.",
            f"What {ground} is taken out of use, moved to a database of its own and sealed anew. "
            "From then on, the desk our staff works at cannot open it.",
        )
    )
    if tell.policy.retention.paper_to:
        yield paragraph(tell("종이는 따로 둔 보관함으로 옮깁니다.", "Paper moves to a filing cabinet of its own."))
    yield paragraph(
        Span(tell("보관 말고는 쓰지 않습니다.", "It is stored and used for nothing else."), important=True),
        tell(" 다음 경우에만 엽니다.", " It is opened only:"),
    )
    yield bullets(tell(*USES[use]) for use in tell.policy.retention.allowed)
    yield Subheading(tell("따로 보관하는 것", "What is set aside"))
    yield bullets(f"{_class(tell, rule)}: {tell.items(rule.items)} ({tell.authority(rule)})" for rule in rules)
