"""Why and what: the purposes, and the items with and without consent kept apart (PIPA arts. 15, 22(3), 30(1)1, 1-2)."""

from collections.abc import Iterator

from jikim.domain.inquiry import Collection, Item, Purpose
from jikim.domain.terms import Event, LegalBasis
from jikim.language.telling.blocks import Block, Said, Span, Subheading, bullets, paragraph, table
from jikim.language.telling.teller import Teller

METHODS = {
    "": ("이 사이트에서 받습니다", "they reach us on this site"),  # the policy does not say
    "online-form": ("이 사이트의 양식에 직접 적어 주시는 것만 받습니다", "you write them into a form on this site"),
    "cookies": ("동의하신 쿠키로 모읍니다", "collected by cookies you agreed to"),
    "email": ("보내 주시는 이메일로 받습니다", "you send them by email"),
    "phone": ("전화로 받습니다", "you tell us by telephone"),
    "paper": ("종이 서식으로 받습니다", "you fill in a paper form"),
    "desk": ("직원이 업무 화면에서 남깁니다", "our staff enter them at their desk"),
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
    yield Subheading(tell("수집 방법", "How it reaches us"))
    yield bullets(_way(tell, collection) for collection in tell.policy.collections)


def _items(tell: Teller, some: list[Purpose], caption: str) -> Block:
    based = any(purpose.basis for purpose in some)
    header = [tell("목적", "Why"), tell("항목", "What")]
    header += [tell("근거", "On what ground")] * based + [tell("보유 기간", "How long")]
    rows: list[list[Said]] = []
    for purpose in some:
        ground = tell.sentence(tell.basis(purpose.basis))
        if tell.text(purpose.balancing):
            ground = f"{ground}. {tell.text(purpose.balancing)}"
        row: list[Said] = [tell.text(purpose.label), _labels(tell, purpose)]
        rows.append(row + [ground] * based + [Span(tell.sentence(until(tell, purpose)), important=True)])
    return table(caption, header, rows)


def _labels(tell: Teller, purpose: Purpose) -> str:
    return tell.joined(_label(tell, tell.policy.item(name)) for name in purpose.items)


def _label(tell: Teller, item: Item) -> str:
    optional = any(item.name in collection.optional for collection in tell.policy.collections)
    return tell.text(item.label) + (tell(" (선택)", " (optional)") if optional else "")


def until(tell: Teller, purpose: Purpose) -> str:
    """Say when a purpose's items are no longer needed: its event, the time after it, and how an abandoned one ends."""
    if purpose.ends == Event.COLLECTED:
        period = tell.period(purpose.period)
        return tell(f"수집한 날부터 {period}", f"{period} from the day it was collected")
    if purpose.inactive_after and purpose.ends != Event.INQUIRY_CLOSED:  # of inquiries, the retention clause tells it
        event, idle = tell.event(purpose.ends), tell.period(purpose.inactive_after)
        return tell(
            f"{tell.particle(event, '과')} 마지막 이용 뒤 {idle} 가운데 먼저 오는 때까지",
            f"until {event} or {idle} after your last use, whichever comes first",
        )
    return _ended(tell, purpose)


def _ended(tell: Teller, purpose: Purpose) -> str:
    event, period, quiet = tell.event(purpose.ends), tell.period(purpose.period), tell.period(purpose.quiet)
    if purpose.ends == Event.INQUIRY_CLOSED and quiet:
        return tell(f"문의 처리를 마치고 {quiet}이 지날 때까지", f"until {quiet} after your inquiry is resolved")
    if period:
        return tell(f"{event}부터 {period}", f"{period} from {event}")
    return tell(f"{event}까지", f"until {event}")


def _way(tell: Teller, collection: Collection) -> str:
    way = tell(*METHODS[collection.method])
    asked, recorded = tell.items(collection.asked), tell.items(collection.automatic)
    if not asked or not recorded:
        return f"{asked or recorded}: {way}."
    return tell(
        f"{asked}: {way}. {tell.particle(recorded, '은')} 그때 사이트가 남깁니다.",
        f"{asked}: {way}. At that moment the site itself records: {_low(recorded)}.",
    )


def _low(label: str) -> str:
    """Lower the first letter inside a sentence, but not of an abbreviation."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
