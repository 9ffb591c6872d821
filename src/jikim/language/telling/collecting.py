"""Why and what: the purposes, and the items with and without consent kept apart (PIPA arts. 15, 22(3), 30(1)1, 1-2)."""

from collections.abc import Iterator

from jikim.domain.inquiry import Collection, Item, Purpose
from jikim.domain.period import Period
from jikim.domain.terms import Event, LegalBasis
from jikim.language.telling.blocks import Block, Said, Subheading, bullets, paragraph, table
from jikim.language.telling.teller import Teller

METHODS = {
    "online-form": ("이 사이트의 양식에 직접 적어 주시는 것만 받습니다", "what you write into a form on this site"),
    "cookies": ("동의하신 쿠키로 모읍니다", "cookies you agreed to"),
    "email": ("보내 주시는 전자우편으로 받습니다", "email you send us"),
    "phone": ("전화로 받습니다", "a telephone call"),
    "paper": ("종이 서식으로 받습니다", "a paper form"),
    "desk": ("직원이 업무 화면에서 남깁니다", "the desk our staff works at"),
}


def purposes(tell: Teller) -> Iterator[Block]:
    if not tell.policy.purposes:
        return
    yield paragraph(
        tell(
            "아래 목적에만 쓰고, 목적이 바뀌면 먼저 알리고 다시 동의를 받습니다.",
            "We use it for these purposes and for nothing else. Should a purpose change, we tell you first and ask again.",
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
    header += [tell("근거", "On what ground")] * based + [tell("보유 기간", "Until")]
    rows: list[list[Said]] = []
    for purpose in some:
        ground = tell.basis(purpose.basis)
        if tell.text(purpose.balancing):
            ground = f"{ground}. {tell.text(purpose.balancing)}"
        row: list[Said] = [tell.text(purpose.label), _labels(tell, purpose)]
        rows.append(row + [ground] * based + [until(tell, purpose)])
    return table(caption, header, rows)


def _labels(tell: Teller, purpose: Purpose) -> str:
    return tell.joined(_label(tell, tell.policy.item(name)) for name in purpose.items)


def _label(tell: Teller, item: Item) -> str:
    optional = any(item.name in collection.optional for collection in tell.policy.collections)
    return tell.text(item.label) + (tell(" (선택)", " (optional)") if optional else "")


def until(tell: Teller, purpose: Purpose) -> str:
    """Say when a purpose's items are no longer needed: the event, and the time after it."""
    event = tell.event(purpose.ends)
    if purpose.period == Period():
        return tell(f"{event}까지", f"until {event}")
    period = tell.period(purpose.period)
    if purpose.ends == Event.COLLECTED:
        return tell(f"수집한 날부터 {period}", f"{period} from the day it was collected")
    return tell(f"{event}부터 {period}", f"{period} from {event}")


def _way(tell: Teller, collection: Collection) -> str:
    way = tell(*METHODS[collection.method])
    if not collection.automatic:
        return tell(f"{tell.items(collection.asked)}: {way}.", f"{tell.items(collection.asked)}: through {way}.")
    recorded = tell.items(collection.automatic)
    topic, subject = tell.particle(recorded, "은"), tell.items(collection.asked)
    if not collection.asked:
        return tell(f"{recorded}: {way}.", f"{recorded}: through {way}.")
    return tell(
        f"{subject}: {way}. {topic} 그때 사이트가 남깁니다.",
        f"{subject}: through {way}. The site itself records the {_low(recorded)} at that moment.",
    )


def _low(label: str) -> str:
    """Lower the first letter inside a sentence, but not of an abbreviation."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
