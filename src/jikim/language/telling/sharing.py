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
STEPS: dict[str, Pair] = {
    "notify-party": ("누구에게 맡기는지 알립니다", "tell you who it is"),
    "notify-services": ("무슨 일을 맡기는지 알립니다", "tell you what work it is"),
    "prior-consent-if-needed": ("필요하면 먼저 동의를 받습니다", "ask for your consent first where it is needed"),
}


def third_party(tell: Teller) -> Iterator[Block]:
    if tell.policy.sharing.third_party:
        yield paragraph(
            tell(
                "개인정보를 회사 밖의 누구에게도 제공하지 않습니다.",
                "We do not give your personal information to anyone outside the company.",
            )
        )


def consignment(tell: Teller) -> Iterator[Block]:
    sharing = tell.policy.sharing
    if sharing.kinds:
        work = tell.either(tell(*WORK[kind]) for kind in sharing.kinds)
        yield paragraph(
            tell(
                f"회사와 계약을 맺은 {work} 업체에만 처리 업무를 맡길 수 있습니다.",
                f"Only companies under contract with us for {work} may process information on our behalf.",
            )
        )
    if sharing.processors:
        yield _processors(tell)
    elif sharing.processors_stated:
        yield paragraph(tell("지금 맡긴 업체는 없습니다.", "At present there is none."))
    if sharing.otherwise:
        yield paragraph(
            tell(
                "그 밖의 업체에 맡겨야 할 때에는 먼저 다음과 같이 합니다.",
                "Should we ever need anyone else, before that we:",
            )
        )
        yield bullets(tell(f"{korean}.", english) for korean, english in (STEPS[step] for step in sharing.otherwise))


def _processors(tell: Teller) -> Block:
    header = (
        tell("업체", "Company"),
        tell("맡긴 일", "Work"),
        tell("처리하는 항목", "Items"),
        tell("나라", "Country"),
    )
    rows: list[list[Said]] = [
        [
            tell.text(who.label),
            tell.text(who.task) or tell(*WORK[who.kind]),
            tell.items(who.items),
            _country(tell, who.country),
        ]
        for who in tell.policy.sharing.processors
    ]
    return table(tell("처리 업무를 맡은 업체", "Companies that work for us"), header, rows)


def _country(tell: Teller, code: str) -> str:
    return tell("대한민국", "Republic of Korea") if code.upper() == "KR" else code


def overseas(tell: Teller) -> Iterator[Block]:
    if tell.policy.sharing.overseas:
        yield paragraph(
            tell("개인정보를 나라 밖으로 보내지 않습니다.", "We do not send personal information out of the country.")
        )
