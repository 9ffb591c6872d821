"""Who answers, and where else to turn (PIPA arts. 30(1)6, 31; Enforcement Decree art. 31; LAW: remedies)."""

from collections.abc import Iterator

from jikim.domain.period import Period
from jikim.domain.policy import Contact
from jikim.language.telling.blocks import Block, Said, Span, bullets, definitions, paragraph
from jikim.language.telling.teller import Teller
from jikim.packs.pack import Body


def officer(tell: Teller) -> Iterator[Block]:
    policy = tell.policy
    shown = (
        (tell.text(policy.officer.title) or tell("개인정보 보호책임자", "Privacy Officer"), policy.officer),
        (tell("불만과 문의를 처리하는 부서", "Department for complaints"), policy.complaints),
        (tell("열람 요구를 받는 부서", "Department for access requests"), policy.access_requests),
    )
    pairs = [(label, _contact(tell, contact)) for label, contact in shown if _known(contact)]
    if not pairs:
        return
    yield definitions(pairs)
    yield paragraph(
        tell(
            "개인정보에 관한 불만은 무엇이든 위의 연락처로 알려 주십시오.",
            "Any complaint about personal information is welcome at the address above."
            if len(pairs) == 1
            else "Any complaint about personal information is welcome at each of these addresses.",
        ),
        _promise(tell),
    )


def _known(contact: Contact) -> bool:
    return bool(contact.email or contact.phone or contact.name)


def _contact(tell: Teller, contact: Contact) -> list[str | Span]:
    parts: list[Span] = []
    if tell.text(contact.name):
        parts.append(Span(tell.text(contact.name)))
    if contact.phone:
        parts.append(Span(contact.phone, href=f"tel:{contact.phone}"))
    if contact.email:
        parts.append(Span(contact.email, href=f"mailto:{contact.email}"))
    said: list[str | Span] = []
    for part in parts:
        said += [" · ", part] if said else [part]
    return said


def _promise(tell: Teller) -> str:
    contacts = (tell.policy.complaints, tell.policy.officer)
    target = next((contact.target for contact in contacts if contact.target and contact.target != Period()), None)
    prompt = any(contact.answer == "promptly" for contact in contacts)
    if target:
        within = tell.period(target)
        return tell(f" 받은 날부터 {within} 안에 충분히 답합니다.", f" You get a full answer within {within}.")
    return tell(" 신속하고 충분하게 답합니다.", " You get a prompt and full answer.") if prompt else ""


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
    number = (tell("국번 없이 ", ""), phone, tell("", ", no area code, in Korea")) if body.no_area_code else (phone,)
    return (f"{tell.text(body.name)}: ", Span(body.url.removeprefix("https://"), href=body.url), " · ", *number)
