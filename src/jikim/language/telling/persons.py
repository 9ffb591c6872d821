"""What people may ask for, who may ask, and what becomes of it (PIPA arts. 22-2, 35-38)."""

from collections.abc import Iterator

from jikim.domain.period import Period
from jikim.language.telling.blocks import Block, Said, Span, bullets, paragraph, table
from jikim.language.telling.teller import Pair, Teller

ACTIONS: dict[str, Pair] = {
    "access": ("열람: 무엇을 가지고 있는지 봅니다", "See what we hold about you"),
    "rectify": ("정정: 틀린 것을 바로잡습니다", "Have it corrected"),
    "erase": ("삭제: 지우게 합니다", "Have it erased"),
    "suspend": ("처리정지: 쓰지 못하게 합니다", "Have us stop using it"),
    "withdraw-consent": ("동의 철회: 동의를 거둡니다", "Withdraw your consent"),
    "cancel-membership": ("회원 탈퇴: 회원에서 나갑니다", "End your membership"),
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
    "email": ("전자우편", "email"),
    "phone-call": ("전화 통화", "telephone call"),
    "equivalent": ("그에 준하는 방법", "an equivalent way"),
}


def rights(tell: Teller) -> Iterator[Block]:
    stated = tell.policy.rights
    if not stated.who and not stated.actions:
        return
    who = tell.either(tell(*WHO[holder]) for holder in stated.who)
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
        yield bullets(f"{tell(*ACTIONS[action])}." for action in stated.actions)
    yield from _how(tell)
    yield from _after_erasure(tell)


def _deadlines(tell: Teller, deadlines: dict[str, Period]) -> Block:
    rows: list[list[Said]] = [
        [tell(*ACTIONS[action]), _within(tell, deadlines.get(action))] for action in tell.policy.rights.actions
    ]
    return table(
        tell("요구할 수 있는 것과 답하는 기한", "What to ask for, and by when we answer"),
        (tell("요구", "Request"), tell("답하는 기한", "We answer")),
        rows,
    )


def _within(tell: Teller, limit: Period | None) -> str:
    if limit is None:
        return tell("지체 없이", "without delay")
    if limit == Period():
        return tell("바로", "at once")
    return tell(f"받은 날부터 {tell.period(limit)} 안", f"within {tell.period(limit)} of receiving it")


def _how(tell: Teller) -> Iterator[Block]:
    desk = tell.policy.access_requests
    if not tell.text(desk.name):
        return
    ways = tell.joined(way for way in (desk.email, desk.phone) if way)
    name = tell.text(desk.name)
    yield paragraph(
        tell(
            f"요구는 {name}({ways})에서 받습니다. 거절할 때에는 이유와 이의를 제기하는 방법을 함께 알립니다.",
            f"Send your request to {name} ({ways}). If we refuse, we say why and how to object.",
        )
    )


def _after_erasure(tell: Teller) -> Iterator[Block]:
    after = dict(tell.policy.rights.after_erasure)
    if "keep" in after:
        yield paragraph(
            tell(
                "해지되거나 삭제된 정보도 법이나 위의 보유 기간에 따라 남겨야 하는 것은 그 기간까지만 따로 보관합니다.",
                "Of what was ended or erased, only what the retention clause keeps is set aside, and only for its period.",
            )
        )
    if after.get("view") == "never":
        yield paragraph(
            Span(
                tell(
                    "그동안 열람하거나 다른 목적으로 쓰지 못하게 합니다.",
                    "Meanwhile it is neither viewed nor used for anything else.",
                ),
                important=True,
            )
        )
    elif after.get("view") == "subject-access-only":
        yield paragraph(
            Span(
                tell(
                    "그동안 다른 목적으로는 쓰지 않으며, 본인이 요구할 때에만 보여 드립니다.",
                    "Meanwhile it is used for nothing else, and shown to nobody but you, when you ask.",
                ),
                important=True,
            )
        )


def children(tell: Teller) -> Iterator[Block]:
    stated = tell.policy.rights
    if not stated.minors_under:
        return
    age = stated.minors_under
    yield paragraph(
        tell(
            f"만 {age}세 미만 아동의 정보는 법정대리인이 열람하거나 바로잡게 할 수 있습니다.",
            f"A legal representative may see and correct the information of a child under {age}.",
        )
    )
    refusing = [c for c in tell.policy.collections if c.minors == "refused"]
    if refusing and len(refusing) == len(tell.policy.collections):
        yield paragraph(
            tell(
                f"만 {age}세 미만 아동의 정보는 받지 않습니다.",
                f"We do not collect information from children under {age}.",
            )
        )
    if stated.minors_verify:
        ways = tell.either(tell(*VERIFY[way]) for way in stated.minors_verify)
        yield paragraph(
            tell(
                f"법정대리인인지는 {tell.particle(ways, '으로')} 확인합니다.",
                f"We verify the representative by {ways}.",
            )
        )
