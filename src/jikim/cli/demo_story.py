"""What happens at the demo company, day by day: made up, and the same at every run."""

import json
import random  # noqa: TID251 - a story, not a secret
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256

from jikim.cli.demo_mail import DOMAIN, MOVED

GENERAL, COMPLAINT, CONTRACT, PAYMENT = "general", "complaint-dispute", "contract-withdrawal", "payment-supply"

_ASKED = {
    "ko": (
        ("교정 성적서 재발급", "작년에 받은 교정 성적서를 잃어버렸습니다. 다시 받을 수 있을까요?", GENERAL),
        ("설치 일정 문의", "다음 달 둘째 주에 설치가 가능한지 알고 싶습니다.", GENERAL),
        ("사용 설명서", "추적 장비의 한국어 사용 설명서를 받고 싶습니다.", GENERAL),
        ("수리 기간이 너무 깁니다", "수리를 맡긴 지 한 달이 지났는데 아무 연락이 없습니다.", COMPLAINT),
        ("받은 물건이 다릅니다", "주문한 것과 다른 렌즈가 왔습니다. 바꿔 주세요.", COMPLAINT),
        ("주문 취소", "어제 주문한 센서를 취소하고 싶습니다.", CONTRACT),
        ("세금계산서와 납품", "납품이 끝났는지와 대금 확인을 부탁드립니다.", PAYMENT),
    ),
    "en": (
        ("Range of the tracker", "How far can the handheld tracker follow a target outdoors?", GENERAL),
        ("Spare parts", "Do you still carry mounts for the older model?", GENERAL),
        ("Firmware question", "Which firmware do we need for the new lens?", GENERAL),
        ("Calibration came back wrong", "The certificate names another serial number. Please correct it.", COMPLAINT),
        ("Cancelling our order", "We would like to withdraw from the order placed this week.", CONTRACT),
        ("Delivery and invoice", "Please confirm the delivery and that our payment arrived.", PAYMENT),
    ),
}
_ANSWERED = {
    "ko": "문의해 주셔서 고맙습니다. 확인해서 처리했습니다. 더 궁금한 점이 있으면 말씀해 주세요.",
    "en": "Thank you for writing. We have looked into it and taken care of it. Tell us if anything is left open.",
}
_NEWEST_FROM = 10_000_000  # numbers of visits that are no part of the story: those for the days a demo is shown on
_NEWEST_AT_MOST = 100  # for one such day
_NOTE = {"ko": "장비 사진과 일련번호를 적은 쪽지입니다.", "en": "A note with photographs and serial numbers."}


class Way(StrEnum):
    """How an inquiry goes from its day on."""

    ORDINARY = "ordinary"
    CALLED = "called"  # by telephone, and taken in by hand
    CLOSED = "closed"  # by the person; a handler says two days later what kind of record it is
    NOT_ANSWERED = "not-answered"  # so says the person when it is resolved: it is answered again, and resolved again
    ABANDONED = "abandoned"  # nobody closes it: it ends by itself, and waits until a handler names its class
    DISPUTED = "disputed"  # it goes before the mediation committee, and nothing of it is destroyed
    RUSH = "rush"  # one of many of a day, with much attached: they end together, and a list asks people for their yes


OTHER_WAYS = {4: Way.CALLED, 7: Way.CLOSED, 0: Way.NOT_ANSWERED}  # in every ten visits
SEEN_TO_AFTER = timedelta(days=2)  # what a person changed at the end, a handler sees to
CLASS_AFTER = timedelta(days=185)  # of an abandoned inquiry: days after it ended by itself, and before it is late
DISPUTE_TAKES = timedelta(days=120)
RUSH_SIZE, RUSH_FILES = 20, 5
RUSH_DISPUTED_AFTER = timedelta(days=9)  # its list stands since the day before
SHOWN = (
    (Way.ORDINARY, "ko", 0, 2, 4),  # it has come in
    (Way.ORDINARY, "en", 0, 0, 3),  # it is answered as well
    (Way.ORDINARY, "ko", 0, 0, 0),  # and resolved
    (Way.CLOSED, "en", 0, 0, 0),
    (Way.NOT_ANSWERED, "ko", 0, 0, 0),
    (Way.CALLED, "ko", 0, 1, 3),
    (Way.DISPUTED, "ko", 40, 1, 2),
    (Way.ABANDONED, "en", 183, 1, 1),
    *((Way.RUSH, "ko", 8, 0, 0),) * RUSH_SIZE,
)  # of each visit a day shows: its way, its language, days since it came in, and until it is answered and resolved


@dataclass(frozen=True, slots=True)
class Visit:
    """One inquiry: what is asked on `day`, and how many days later it is answered and resolved."""

    number: int
    day: date
    language: str
    subject: str
    content: str
    record_class: str
    attached: bool
    answered_after: int
    resolved_after: int
    way: Way = Way.ORDINARY

    @property
    def email(self) -> str:
        return f"{MOVED if self.way is Way.NOT_ANSWERED else 'visitor'}{self.number}@{DOMAIN}"

    @property
    def answer(self) -> str:
        return _ANSWERED[self.language]

    @property
    def note(self) -> bytes:
        return _NOTE[self.language].encode()

    @property
    def comes_to_dispute(self) -> bool:
        """Say whether it goes before the committee: so many of a rush that the day's cap takes the rest, unsigned."""
        return self.way is Way.DISPUTED or (self.way is Way.RUSH and self.number % 4 == 0)

    @property
    def files(self) -> int:
        return RUSH_FILES if self.way is Way.RUSH else int(self.attached)

    @property
    def answered_on(self) -> date:
        return self.day + timedelta(days=self.answered_after)

    @property
    def resolved_on(self) -> date:
        return self.day + timedelta(days=self.resolved_after)


def fingerprint() -> str:
    """Return what tells this story from others: whatever happens to whom and when; the words do not matter."""
    told = (*visits(date(2023, 1, 1), date(2027, 1, 1)), *newest(date(2027, 1, 1)))
    facts = [(v.number, str(v.day), v.record_class, v.files, v.answered_after, v.resolved_after, v.way) for v in told]
    return sha256(json.dumps(facts).encode()).hexdigest()[:16]


def newest(day: date) -> Iterator[Visit]:
    """Yield what a demo shows on a day beside its story, so that nothing of an inquiry's life is missing on it."""
    for place, (way, language, days_ago, answered_after, resolved_after) in enumerate(SHOWN):
        subject, content, record_class = _ASKED[language][place % len(_ASKED[language])]
        yield Visit(
            _NEWEST_FROM + day.toordinal() * _NEWEST_AT_MOST + place, day - timedelta(days=days_ago), language,
            subject, content, GENERAL if way in (Way.DISPUTED, Way.RUSH) else record_class,
            attached=place == 0, answered_after=answered_after, resolved_after=resolved_after, way=way,
        )  # fmt: skip


def newest_of(number: int) -> Visit | None:
    """Return the visit of that number, if it was there for a day that a demo was shown on."""
    if number < _NEWEST_FROM:
        return None
    day, place = divmod(number - _NEWEST_FROM, _NEWEST_AT_MOST)
    return list(newest(date.fromordinal(day)))[place]


def visits(first: date, last: date) -> Iterator[Visit]:
    """Yield the inquiries from `first` to `last`, two or three a month, in order; longer spans only add to the end."""
    chance = random.Random("jikim demo")  # noqa: S311 - a story, not a secret: it must be the same every time
    day, number = first, 0
    while (day := day + timedelta(days=chance.randint(3, 24))) <= last:
        number += 1
        language = chance.choice(("ko", "ko", "ko", "en"))
        subject, content, record_class = chance.choice(_ASKED[language])
        answered_after = chance.randint(0, 4)
        yield Visit(
            number, day, language, subject, content, record_class,
            attached=chance.random() < 0.3,
            answered_after=answered_after,
            resolved_after=answered_after + chance.randint(0, 6),
            way=OTHER_WAYS.get(number % 10, Way.ORDINARY),
        )  # fmt: skip
