"""Who answers, and where else to turn (PIPA arts. 30(1)6, 31; Enforcement Decree art. 31; LAW: remedies)."""

from collections.abc import Iterator
from urllib.parse import quote

from jikim.domain.policy import Contact
from jikim.language.telling.blocks import Block, Said, Span, bullets, definitions, paragraph
from jikim.language.telling.teller import Teller
from jikim.packs.pack import Body


def officer(tell: Teller) -> Iterator[Block]:
    policy = tell.policy
    shown = (
        (tell.text(policy.officer.title) or tell("개인정보 보호책임자", "Privacy Officer"), policy.officer),
        (tell("불만을 처리하는 부서", "Department for complaints"), policy.complaints),
        (tell("열람 요구를 받는 부서", "Department for access requests"), policy.access_requests),
    )
    pairs = [(label, _reached(tell, contact)) for label, contact in shown if address(tell, contact)]
    if not pairs:
        return
    yield definitions(pairs)
    yield paragraph(
        tell(
            "개인정보에 관한 불만은 무엇이든 위의 연락처로 알려 주십시오.",
            "Bring any complaint about personal information to the address above."
            if len(pairs) == 1
            else "Bring any complaint about personal information to any of the addresses above.",
        )
    )


def _reached(tell: Teller, contact: Contact) -> list[str | Span]:
    promise = _promise(tell, contact)
    return [*address(tell, contact), *[f" · {promise}"] * bool(promise)]


def address(tell: Teller, contact: Contact) -> list[str | Span]:
    """Say who it is and how they are reached; empty where the policy says nothing."""
    parts = [
        *(Span(words) for words in (tell.text(contact.name),) if words),
        *(Span(number, href=f"tel:{number.replace(' ', '')}") for number in (contact.phone,) if number),
        *(Span(email, href=f"mailto:{quote(email, safe='@+')}") for email in (contact.email,) if email),
    ]
    said: list[str | Span] = []
    for part in parts:
        said += [" · ", part] if said else [part]
    return said


def _promise(tell: Teller, contact: Contact) -> str:
    """Say how soon they answer: the manner, the number, or both."""
    prompt = contact.answer == "promptly"
    if not contact.target:
        return tell("신속하고 충분하게 답합니다", "answers promptly and in full") if prompt else ""
    within = tell.period(contact.target)
    if prompt:
        return tell(
            f"신속하고 충분하게, 늦어도 {within} 안에 답합니다",
            f"answers promptly and in full, within {within} at the latest",
        )
    return tell(f"{within} 안에 답합니다", f"answers within {within}")


def remedies(tell: Teller) -> Iterator[Block]:
    bodies = [entry for reference in tell.policy.remedies if isinstance(entry := tell.entry(reference), Body)]
    valid = [body for body in bodies if body.in_force(tell.on)]
    if valid:
        yield paragraph(
            tell(
                "개인정보가 침해되어 신고나 상담이 필요하면 다음 기관에 문의할 수 있습니다.",
                "To report an infringement of your personal information, or to ask for advice, you can turn to:",
            )
        )
        yield bullets(_body(tell, body) for body in valid)


def _body(tell: Teller, body: Body) -> Said:
    phone = Span(body.phone, href=f"tel:{body.phone}")
    number = (tell("국번 없이 ", ""), phone, tell("", " (in Korea, no area code)")) if body.no_area_code else (phone,)
    return (f"{tell.text(body.name)}: ", Span(body.url.removeprefix("https://"), href=body.url), " · ", *number)
