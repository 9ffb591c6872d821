"""One policy told in one language: how days, periods, items and laws are said."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from jikim import packs
from jikim.domain.period import SEOUL, Period
from jikim.domain.policy import Policy
from jikim.domain.retention import RetentionRule
from jikim.domain.terms import Event, LegalBasis, Text
from jikim.language.korean import with_particle
from jikim.packs.pack import Body, Floor, Law, Pack

W = TypeVar("W", bound=StrEnum)
Pair = tuple[str, str]

YEAR = re.compile("[0-9]{4}")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

BASES: Mapping[LegalBasis, Pair] = {
    LegalBasis.CONSENT: (
        "동의 (개인정보 보호법 제15조제1항제1호)",
        "your consent (Personal Information Protection Act art. 15(1)1)",
    ),
    LegalBasis.STATUTE: (
        "법령상 의무 (개인정보 보호법 제15조제1항제2호)",
        "a legal duty (Personal Information Protection Act art. 15(1)2)",
    ),
    LegalBasis.CONTRACT: (
        "계약의 체결과 이행 (개인정보 보호법 제15조제1항제4호)",
        "a contract with you (Personal Information Protection Act art. 15(1)4)",
    ),
    LegalBasis.VITAL_INTEREST: (
        "급박한 생명·신체의 이익 (개인정보 보호법 제15조제1항제5호)",
        "vital interests (Personal Information Protection Act art. 15(1)5)",
    ),
    LegalBasis.LEGITIMATE_INTEREST: (
        "정당한 이익 (개인정보 보호법 제15조제1항제6호)",
        "legitimate interest (Personal Information Protection Act art. 15(1)6)",
    ),
    LegalBasis.PUBLIC_SAFETY: (
        "공공의 안전 (개인정보 보호법 제15조제1항제7호)",
        "public safety (Personal Information Protection Act art. 15(1)7)",
    ),
}

EVENTS: Mapping[Event, Pair] = {
    Event.COLLECTED: ("수집한 날", "the day it was collected"),
    Event.INQUIRY_CLOSED: ("문의 처리를 마친 때", "the end of your inquiry"),
    Event.PURPOSE_ACHIEVED: ("처리 목적을 이룬 때", "the day the purpose is achieved"),
    Event.REQUEST_CLOSED: ("요구 처리를 마친 때", "the answer to your request"),
    Event.REPRESENTATION_ENDED: ("대리가 끝난 때", "the end of the representation"),
    Event.MEMBERSHIP_ENDED: ("회원 탈퇴", "the end of your membership"),
    Event.CONSENT_WITHDRAWN: ("동의 철회", "the withdrawal of your consent"),
    Event.CONTRACT_ENDED: ("계약 이행 또는 철회를 마친 날", "the day the contract or its withdrawal was completed"),
    Event.SUPPLY_COMPLETED: ("대금 결제와 공급을 마친 날", "the day payment and supply were completed"),
    Event.TRANSACTION_SETTLED: ("거래가 끝난 날", "the day the transaction was settled"),
    Event.COMPLAINT_RESOLVED: ("불만이나 분쟁을 처리한 날", "the day the complaint or dispute was resolved"),
    Event.ABUSE_CLOSED: ("부정 이용 조사를 마친 날", "the day the examination of the misuse was closed"),
    Event.DISPLAY_ENDED: ("표시·광고를 마친 날", "the day the display or advertisement ended"),
    Event.BOOKS_CLOSED: ("장부를 마감한 날", "the day the books were closed"),
    Event.FISCAL_YEAR_CLOSED: ("회계연도가 끝난 날", "the end of the fiscal year"),
    Event.FILING_DEADLINE_PASSED: ("신고 기한이 지난 날", "the day the filing deadline passed"),
    Event.LIQUIDATION_COMPLETED: ("청산 종결 등기일", "the day the liquidation was registered as complete"),
    Event.ENTRY_WRITTEN: ("기록한 날", "the day the entry was written"),
    Event.DATA_DESTROYED: ("파기한 날", "the day the data was destroyed"),
    Event.DATA_TRANSFERRED: ("전송한 날", "the day the data was sent"),
}


@dataclass(frozen=True, slots=True)
class Teller:
    """Calling it picks the sentence of its language: `tell("한국어", "English")`."""

    policy: Policy
    language: str
    on: date

    def __call__(self, korean: str, english: str) -> str:
        return korean if self.language == "ko" else english

    @property
    def pack(self) -> Pack:
        return packs.load(self.policy.jurisdiction)

    def text(self, text: Text) -> str:
        """Say the author's words on one line."""
        return " ".join(text.say(self.language).split())

    def word(self, said: Mapping[W, Pair], word: W) -> str:
        return self(*said[word])

    def joined(self, parts: Iterable[str]) -> str:
        return ", ".join(parts)

    def either(self, parts: Iterable[str]) -> str:
        """Join as alternatives: "가, 나 또는 다", "a, b or c"."""
        *most, last = list(parts) or [""]
        return f"{', '.join(most)}{self(' 또는 ', ' or ')}{last}" if most else last

    def both(self, parts: Iterable[str]) -> str:
        """Join as a sum: "가, 나와 다", "a, b and c"."""
        *most, last = list(parts) or [""]
        if not most:
            return last
        return self(f"{self.particle(', '.join(most), '과')} {last}", f"{', '.join(most)} and {last}")

    def particle(self, word: str, particle: str) -> str:
        return with_particle(word, particle)

    @property
    def company(self) -> str:
        return self.text(self.policy.controller.name)

    def items(self, names: Iterable[str]) -> str:
        """Join the labels of items; what stands in brackets in a label is left to the table of items."""
        return self.joined(self.text(self.policy.item(name).label).partition("(")[0].strip() for name in names)

    def period(self, period: Period) -> str:
        """Say a period: "3년", "1 year and 6 months"."""
        units = ((period.years, "년", "year"), (period.months, "개월", "month"), (period.days, "일", "day"))
        stated = [(number, korean, english) for number, korean, english in units if number]
        if self.language == "ko":
            return " ".join(f"{number}{korean}" for number, korean, _ in stated)
        return " and ".join(f"{number} {english}{'s' if number != 1 else ''}" for number, _, english in stated)

    def day(self, day: date) -> str:
        return self(f"{day.year}년 {day.month}월 {day.day}일", f"{day.day} {MONTHS[day.month - 1]} {day.year}")

    def effective(self) -> str:
        """Say the first instant of the version, no more exactly than its author stated it."""
        stated, start = self.policy.effective_stated, self.policy.in_force_at.astimezone(SEOUL)
        if YEAR.fullmatch(stated):
            return self(f"{stated}년부터 시행", f"in effect from {stated}")
        clock = "0시" if (start.hour, start.minute) == (0, 0) else f"{start:%H:%M}"
        day = self.day(start.date())
        return self(f"{day} {clock}부터 시행", f"in effect from {day}, {start:%H:%M} (Korea time)")

    def basis(self, basis: LegalBasis | None) -> str:
        return self.word(BASES, basis) if basis else ""

    def event(self, event: Event) -> str:
        return self.word(EVENTS, event)

    def authority(self, rule: RetentionRule) -> str:
        """Say on whose authority a rule stands: the law with its article, or the company's own reason."""
        if rule.law and (entry := self.entry(rule.law)):
            return self.text(entry.citation)
        own = self.joined(ground for ground in (self.text(rule.reason), self.basis(rule.basis)) if ground)
        return self("회사 기준", "Our own rule") + (f": {own}" if own else "")

    def sentence(self, words: str) -> str:
        """Begin with a capital, where the language has them."""
        return words[:1].upper() + words[1:]

    def entry(self, reference: str) -> Law | Floor | Body | None:
        return self.pack.find(reference.partition(":")[2])
