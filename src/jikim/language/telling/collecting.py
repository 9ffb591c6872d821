"""Why and what: the purposes, and the items with and without consent kept apart (PIPA arts. 15, 22(3), 30(1)1, 1-2)."""

from collections.abc import Iterator

from jikim.domain.inquiry import Item, Purpose
from jikim.domain.terms import Event, LegalBasis
from jikim.language.telling.blocks import Block, Said, Span, Subheading, bullets, definitions, paragraph, table
from jikim.language.telling.teller import Pair, Teller

METHODS: dict[str, Pair] = {
    "": ("이 사이트", "This site"),  # the policy does not say
    "online-form": ("사이트의 양식", "A form on this site"),
    "cookies": ("쿠키", "Cookies"),
    "email": ("이메일", "Email"),
    "phone": ("전화", "Telephone"),
    "paper": ("종이 서식", "A paper form"),
    "desk": ("직원의 업무 화면", "The desk our staff works at"),
}
AUTOMATIC: Pair = ("자동 기록", "Recorded by the site")
# Where "until" needs other words than the event by itself.
UNTIL: dict[Event, Pair] = {
    Event.INQUIRY_CLOSED: ("문의 처리를 마칠 때까지", "until your inquiry is resolved"),
    Event.PURPOSE_ACHIEVED: ("처리 목적을 이룰 때까지", "until the purpose is achieved"),
    Event.REQUEST_CLOSED: ("요구 처리를 마칠 때까지", "until your request is answered"),
    Event.REPRESENTATION_ENDED: ("대리가 끝날 때까지", "until the representation ends"),
    Event.MEMBERSHIP_ENDED: ("회원에서 탈퇴할 때까지", "until you end your membership"),
    Event.CONSENT_WITHDRAWN: ("동의를 철회할 때까지", "until you withdraw your consent"),
    Event.CONTRACT_ENDED: ("계약이 끝나는 날까지", "until the contract ends"),
}


def purposes(tell: Teller) -> Iterator[Block]:
    if not tell.policy.purposes:
        return
    yield paragraph(
        tell(
            "개인정보를 다음 목적으로만 처리합니다.",
            "We use personal information for these purposes and for nothing else.",
        )
    )
    yield bullets(tell.text(purpose.label) for purpose in tell.policy.purposes)


def items(tell: Teller) -> Iterator[Block]:
    if not tell.policy.items:
        return
    if dict(tell.policy.statements).get("minimum") == "stated":
        yield paragraph(tell("목적에 꼭 필요한 것만 받습니다.", "We ask for no more than each purpose needs."))
    with_consent = [purpose for purpose in tell.policy.purposes if purpose.basis in (LegalBasis.CONSENT, None)]
    without = [purpose for purpose in tell.policy.purposes if purpose not in with_consent]
    if not without:
        yield _items(tell, with_consent, tell("처리하는 항목", "What we process"))
    else:
        for heading, some in (
            (tell("동의를 받아 처리하는 항목", "With your consent"), with_consent),
            (tell("동의 없이 처리하는 항목과 그 근거", "Without consent, and on what ground"), without),
        ):
            if some:
                yield Subheading(heading)
                yield _items(tell, some, heading)
    if not tell.policy.collections:
        return
    yield Subheading(tell("수집 방법", "How it reaches us"))
    yield definitions(_ways(tell).items())


def _items(tell: Teller, some: list[Purpose], caption: str) -> Block:
    based = any(purpose.basis for purpose in some)
    header = [tell("목적", "Why"), tell("항목", "What")]
    header += [tell("근거", "On what ground")] * based + [tell("보유 기간", "How long")]
    rows: list[list[Said]] = []
    for purpose in some:
        ground = tell.sentence(tell.basis(purpose.basis))
        if tell.text(purpose.balancing):
            ground = f"{ground}. {tell.text(purpose.balancing)}"
        row: list[Said] = [tell.text(purpose.label), _labels(tell, purpose), *[ground] * based]
        how_long = (Span(tell.sentence(ended(tell, purpose)), important=True), abandoned(tell, purpose))
        rows.append([*row, how_long])
    return table(caption, header, rows)


def _labels(tell: Teller, purpose: Purpose) -> str:
    return tell.joined(_label(tell, tell.policy.item(name)) for name in purpose.items)


def _label(tell: Teller, item: Item) -> str:
    optional = any(item.name in collection.optional for collection in tell.policy.collections)
    return tell.text(item.label) + (tell(" (선택)", " (optional)") if optional else "")


def until(tell: Teller, purpose: Purpose) -> str:
    """Say when a purpose's items are no longer needed: its event, the time after it, and how an abandoned one ends."""
    return ended(tell, purpose) + abandoned(tell, purpose)


def abandoned(tell: Teller, purpose: Purpose) -> str:
    """Say how a purpose nobody goes on with ends by itself, to be added to `ended`; "" where it does not."""
    if purpose.ends == Event.COLLECTED or not purpose.inactive_after:
        return ""
    idle = tell.period(purpose.inactive_after)
    if purpose.ends == Event.INQUIRY_CLOSED:
        return tell(
            f"(처리를 마치지 못한 문의는 마지막 글부터 {idle}이 지날 때까지)",
            f", or {idle} after the last word if it never is",
        )
    return tell(f"(이용하지 않은 지 {idle}이 지나면 그때까지)", f", or {idle} after your last use if that comes first")


def ended(tell: Teller, purpose: Purpose) -> str:
    event, period, quiet = tell.event(purpose.ends), tell.period(purpose.period), tell.period(purpose.quiet)
    if purpose.ends == Event.INQUIRY_CLOSED and quiet:
        return tell(f"문의 처리를 마치고 {quiet}이 지날 때까지", f"until {quiet} after your inquiry is resolved")
    if period:
        return tell(f"{event}부터 {period}", f"{period} from {event}")
    return tell(*UNTIL.get(purpose.ends, (f"{event}까지", f"until {event}")))


def _ways(tell: Teller) -> dict[str, str]:
    """Return each way of collecting with what comes in by it, in the order of the items."""
    found: dict[Pair, set[str]] = {}
    for collection in tell.policy.collections:
        way = METHODS[collection.method]
        found.setdefault(way, set()).update(collection.asked)
        found.setdefault(way if collection.method == "cookies" else AUTOMATIC, set()).update(collection.automatic)
    order = [item.name for item in tell.policy.items]
    return {tell(*way): tell.items(sorted(names, key=order.index)) for way, names in found.items() if names}
