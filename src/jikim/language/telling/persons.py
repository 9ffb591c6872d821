"""What people may ask for, who may ask, and what becomes of it (PIPA arts. 22-2, 35-38)."""

from collections.abc import Iterator

from jikim.domain.inquiry import Minors
from jikim.domain.period import Period
from jikim.language.telling.blocks import Block, Said, Span, bullets, paragraph, table
from jikim.language.telling.contact import address
from jikim.language.telling.teller import Pair, Teller

ACTIONS: dict[str, Pair] = {
    "access": ("열람: 회사가 가진 내 정보 보기", "Access: see what we hold about you"),
    "rectify": ("정정: 틀린 내용 바로잡기", "Correction: have mistakes put right"),
    "erase": ("삭제: 내 정보 지우기", "Erasure: have it erased"),
    "suspend": ("처리정지: 내 정보를 더 쓰지 못하게 하기", "Suspension: have us stop using it"),
    "withdraw-consent": ("동의 철회: 이미 한 동의 거두기", "Withdrawal of consent: take back a consent you gave"),
    "cancel-membership": ("회원 탈퇴: 회원 자격 끝내기", "Leaving: end your membership"),
}
WHO: dict[str, Pair] = {
    "subject": ("본인", "you"),
    "legal-representative": ("법정대리인", "your legal representative"),
    "agent": ("위임받은 대리인", "a person you authorise"),
}
VERIFY: dict[str, Pair] = {
    "sms": ("휴대전화 문자", "text message"),
    "card": ("결제 카드", "payment card"),
    "phone-identity": ("휴대전화 본인 확인", "mobile identity check"),
    "signed-paper": ("서명한 서면", "signed paper"),
    "email": ("이메일", "email"),
    "phone-call": ("전화 통화", "telephone call"),
    "equivalent": ("그에 준하는 방법", "an equivalent way"),
}


def rights(tell: Teller) -> Iterator[Block]:
    stated = tell.policy.rights
    if not stated.who and not stated.actions:
        return
    who = tell.either(tell(*WHO[holder]) for holder in stated.who) or tell("정보주체", "you")
    yield paragraph(
        tell(
            f"{tell.particle(who, '은')} 언제든지 다음을 요구할 수 있습니다.",
            f"At any time, {who} may ask for any of this:",
        )
    )
    deadlines = dict(stated.deadlines)
    if deadlines:
        yield _deadlines(tell, deadlines)
    else:
        yield bullets(tell(*ACTIONS[action]) for action in stated.actions)
    yield from _how(tell)
    yield from _after_erasure(tell)


def _deadlines(tell: Teller, deadlines: dict[str, Period]) -> Block:
    rows: list[list[Said]] = [
        [tell(*ACTIONS[action]), _within(tell, deadlines.get(action))] for action in tell.policy.rights.actions
    ]
    return table(
        tell("요구할 수 있는 것과 처리 기한", "What to ask for, and by when it is done"),
        (tell("요구", "Request"), tell("처리 기한", "By when")),
        rows,
    )


def _within(tell: Teller, limit: Period | None) -> str:
    if limit is None:
        return tell("법에서 정한 기한 안", "Within the time the law sets")
    if limit == Period():
        return tell("바로", "At once")
    return tell(f"요구를 받은 날부터 {tell.period(limit)} 안", f"Within {tell.period(limit)} of receiving it")


def _how(tell: Teller) -> Iterator[Block]:
    desk = address(tell, tell.policy.access_requests)
    if desk:
        yield paragraph(tell("요구하실 곳: ", "Where to send a request: "), *desk)


def _after_erasure(tell: Teller) -> Iterator[Block]:
    after = dict(tell.policy.rights.after_erasure)
    if "keep" in after:
        yield paragraph(
            tell(
                "삭제하거나 해지한 뒤에도 법령에 따라 남겨야 하는 정보가 있으면, 위에 적은 보유 기간 동안만 따로 보관합니다.",
                "If the law makes us keep any of what you had erased or ended, it is set aside for the period given above "
                "and no longer.",
            )
        )
    if after.get("view") == "never":
        yield paragraph(Span(_unseen(tell), important=True))
    elif after.get("view") == "subject-access-only":
        yield paragraph(
            Span(
                tell(
                    "보관하는 동안 다른 목적으로는 쓰지 않습니다. 본인은 그동안에도 열람을 요구하실 수 있습니다.",
                    "Meanwhile it is used for nothing else. You may still ask to see it.",
                ),
                important=True,
            )
        )


def _unseen(tell: Teller) -> str:
    if tell.policy.retention.allowed:
        return tell(
            "보관하는 동안에는 위에 적은 경우가 아니면 누구도 보거나 다른 목적으로 쓰지 못하게 합니다.",
            "Meanwhile it is neither viewed nor used for anything else, except in the cases given above.",
        )
    return tell(
        "보관하는 동안에는 누구도 보거나 다른 목적으로 쓰지 못하게 합니다.",
        "Meanwhile it is neither viewed nor used for anything else.",
    )


def children(tell: Teller) -> Iterator[Block]:
    stated = tell.policy.rights
    if not stated.minors_under:
        return
    age = stated.minors_under
    if "legal-representative" in stated.who:
        yield paragraph(
            tell(
                f"법정대리인은 만 {age}세 미만 아동의 정보에 대해서도 위의 요구를 할 수 있습니다.",
                f"A legal representative may ask for any of the above on the information of a child under {age} as well.",
            )
        )
    yield from _refused(tell, age)
    if stated.minors_verify:
        ways = tell.either(tell(*VERIFY[way]) for way in stated.minors_verify)
        yield paragraph(
            tell(
                f"법정대리인인지는 {tell.particle(ways, '으로')} 확인합니다.",
                f"We verify the representative by {ways}.",
            )
        )


def _refused(tell: Teller, age: int) -> Iterator[Block]:
    """Name what no child is asked for; a purpose that also serves a collection open to children is not among it."""
    shut = [c for c in tell.policy.collections if c.minors is Minors.REFUSED]
    open_to = {name for c in tell.policy.collections if c not in shut for name in c.purposes}
    if not shut:
        return
    if len(shut) == len(tell.policy.collections):
        yield paragraph(
            tell(f"만 {age}세 미만 아동의 정보는 받지 않습니다.", f"We ask children under {age} for no information.")
        )
        return
    asked = {item for c in shut for item in c.asked}
    named = {name for c in shut for name in c.purposes} - open_to
    closed = [p for p in tell.policy.purposes if p.name in named and asked.intersection(p.items)]
    if closed:
        yield paragraph(
            tell(
                f"다음 목적으로는 만 {age}세 미만 아동의 정보를 받지 않습니다.",
                f"For these purposes we ask children under {age} for no information:",
            )
        )
        yield bullets(tell.text(purpose.label) for purpose in closed)
