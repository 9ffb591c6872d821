"""Who else sees it (PIPA arts. 17, 26, 28-8)."""

from collections.abc import Iterator

from jikim.language.telling.blocks import Block, Said, bullets, paragraph, table
from jikim.language.telling.teller import Pair, Teller

WORK: dict[str, Pair] = {
    "delivery": ("배송", "delivery"),
    "installation": ("설치", "installation"),
    "after-sales": ("사후 관리", "after-sales service"),
    "hosting": ("서버 운영", "hosting"),
    "messaging": ("메시지 발송", "messaging"),
    "payment": ("결제", "payment"),
    "customer-support": ("고객 상담", "customer support"),
    "maintenance": ("유지 보수", "maintenance"),
}
OWN_WORK: dict[str, Pair] = {
    "mail": ("메일 발송", "sending mail"),
    "storage": ("파일 보관", "keeping files"),
    "backup": ("백업", "backup"),
}
STEPS: dict[str, Pair] = {
    "notify-party": ("어느 업체에 맡기는지 알립니다", "tell you which company it is"),
    "notify-services": ("무슨 일을 맡기는지 알립니다", "tell you what work it will do"),
    "prior-consent-if-needed": ("필요하면 동의를 받습니다", "ask for your consent, where it is needed"),
}


def third_party(tell: Teller) -> Iterator[Block]:
    if tell.policy.sharing.third_party:
        yield paragraph(
            tell(
                "개인정보를 제3자에게 제공하지 않습니다.",
                "We do not give personal information to third parties.",
            )
        )


def consignment(tell: Teller) -> Iterator[Block]:
    sharing = tell.policy.sharing
    if sharing.kinds:
        work = tell.either(tell(*WORK[kind]) for kind in sharing.kinds)
        yield paragraph(
            tell(
                f"개인정보 처리 업무는 회사와 계약한 {work} 업체에만 맡깁니다.",
                f"Only companies under contract with us for {work} process personal information on our behalf.",
            )
        )
    if sharing.processors:
        yield _processors(tell)
    elif sharing.processors_stated:
        yield paragraph(
            tell(
                "지금은 개인정보 처리 업무를 맡긴 업체가 없습니다.",
                "At present, no company processes personal information on our behalf.",
            )
        )
    if sharing.otherwise:
        yield paragraph(_before(tell, beside=bool(sharing.kinds or sharing.processors)))
        yield bullets(tell(f"{korean}.", english) for korean, english in (STEPS[step] for step in sharing.otherwise))

    if tell.policy.systems:
        yield from _systems(tell)


def _systems(tell: Teller) -> Iterator[Block]:
    yield paragraph(
        tell(
            "다음 시스템은 회사가 직접 운영하며, 다른 업체에 맡긴 것이 아닙니다.",
            "The systems below are our own; no other company runs them for us.",
        )
    )
    header = (tell("시스템", "System"), tell("쓰는 일", "Used for"), tell("항목", "What"))
    rows: list[list[Said]] = [
        [tell.text(own.label), tell(*OWN_WORK.get(own.kind, ("", ""))), tell.items(own.items)]
        for own in tell.policy.systems
    ]
    yield table(tell("회사가 직접 운영하는 시스템", "Our own systems"), header, rows)


def _before(tell: Teller, *, beside: bool) -> str:
    """beside: whether companies are named that need no such step."""
    if beside:
        return tell(
            "그 밖의 업체에 맡겨야 할 때에는 먼저 다음과 같이 합니다.", "Before we give work to any other company, we:"
        )
    return tell("업체에 맡겨야 할 때에는 먼저 다음과 같이 합니다.", "Before we give work to a company, we:")


def _processors(tell: Teller) -> Block:
    header = (
        tell("업체", "Company"),
        tell("맡긴 일", "Work"),
        tell("항목", "What"),
        tell("나라", "Country"),
    )
    rows: list[list[Said]] = [
        [
            tell.text(who.label),
            tell.text(who.task) or tell.sentence(tell(*WORK.get(who.kind, ("", "")))),
            tell.items(who.items),
            _country(tell, who.country),
        ]
        for who in tell.policy.sharing.processors
    ]
    return table(tell("처리 업무를 맡은 업체", "Each company, and its work"), header, rows)


def _country(tell: Teller, code: str) -> str:
    return tell("대한민국", "Republic of Korea") if code.upper() == "KR" else code


def overseas(tell: Teller) -> Iterator[Block]:
    if tell.policy.sharing.overseas:
        yield paragraph(tell("개인정보를 국외로 이전하지 않습니다.", "We do not send personal information abroad."))
