"""The published page as values: clauses, each with its sentences and tables, rendered from the policy's facts alone.

Source: Privacy Policy (all of it); PIPA art. 30(1), (2); Enforcement Decree art. 31; Standard Guideline arts. 18-21.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from jikim.domain.policy import Policy
from jikim.domain.vocabulary import Clause as ClauseId
from jikim.language.telling import (
    blocks,
    collecting,
    contact,
    cookies,
    destroying,
    keeping,
    persons,
    revising,
    safety,
    sharing,
)
from jikim.language.telling.blocks import Block
from jikim.language.telling.teller import Teller

Told: TypeAlias = Callable[[Teller], Iterator[Block]]


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered clause; `id` is its anchor and never changes with the number."""

    id: str
    number: int
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One version in one language."""

    title: str
    language: str
    policy_id: str
    version: int
    sha256: str
    effective: str
    opening: tuple[Block, ...]
    clauses: tuple[Clause, ...]


_TITLES: dict[ClauseId, tuple[str, str]] = {
    ClauseId.PURPOSES: ("처리 목적", "Why we use it"),
    ClauseId.ITEMS: ("처리하는 항목과 수집 방법", "What we collect, and how"),
    ClauseId.RETENTION: ("보유 기간", "How long we keep it"),
    ClauseId.SEPARATE: ("따로 보관하는 정보", "What we set aside"),
    ClauseId.DESTRUCTION: ("파기 절차와 방법", "How we destroy it"),
    ClauseId.THIRD_PARTY: ("제3자 제공", "Giving it to third parties"),
    ClauseId.CONSIGNMENT: ("처리 업무의 위탁", "Companies that work for us"),
    ClauseId.OVERSEAS: ("국외 이전", "Sending it abroad"),
    ClauseId.RIGHTS: ("정보주체와 법정대리인의 권리", "Your rights and those of your legal representative"),
    ClauseId.CHILDREN: ("아동의 개인정보", "Children"),
    ClauseId.COOKIES: ("쿠키의 설치·운영과 거부", "Cookies, and how to refuse them"),
    ClauseId.AUTOMATED: ("그 밖에 하지 않는 일", "What we do not do"),
    ClauseId.SAFETY: ("안전성 확보 조치", "How we protect it"),
    ClauseId.OFFICER: ("개인정보 보호책임자와 담당 부서", "Who answers for it"),
    ClauseId.REMEDIES: ("권익침해 구제 방법", "Where else you can turn"),
    ClauseId.CHANGES: ("처리방침의 변경", "Changes to this policy"),
}

_TELLERS: dict[ClauseId, Told] = {
    ClauseId.PURPOSES: collecting.purposes,
    ClauseId.ITEMS: collecting.items,
    ClauseId.RETENTION: keeping.retention,
    ClauseId.SEPARATE: keeping.separate,
    ClauseId.DESTRUCTION: destroying.destruction,
    ClauseId.THIRD_PARTY: sharing.third_party,
    ClauseId.CONSIGNMENT: sharing.consignment,
    ClauseId.OVERSEAS: sharing.overseas,
    ClauseId.RIGHTS: persons.rights,
    ClauseId.CHILDREN: persons.children,
    ClauseId.COOKIES: cookies.cookies,
    ClauseId.AUTOMATED: safety.not_done,
    ClauseId.SAFETY: safety.measures,
    ClauseId.OFFICER: contact.officer,
    ClauseId.REMEDIES: contact.remedies,
    ClauseId.CHANGES: revising.changes,
}


def build(policy: Policy, language: str, *, on: date) -> Page:
    """Tell a policy in one of its languages, for readers from the day `on`.

    on: the legal day remedy bodies are judged on: one that has ended is not shown to anybody
    """
    tell = Teller(policy, language, on)
    told = ((clause, tuple(_TELLERS[clause](tell)) + tuple(_prose(tell, clause))) for clause in ClauseId)
    spoken = [(clause, said) for clause, said in told if said]
    clauses = (
        Clause(str(clause), number, tell(*_TITLES[clause]), said) for number, (clause, said) in enumerate(spoken, 1)
    )
    return Page(
        title=tell("개인정보 처리방침", "Privacy Policy"),
        language=language,
        policy_id=policy.id,
        version=policy.version,
        sha256=policy.sha256,
        effective=tell.sentence(tell.effective()),
        opening=tuple(revising.opening(tell)),
        clauses=tuple(clauses),
    )


def _prose(tell: Teller, clause: ClauseId) -> Iterator[Block]:
    """Return the author's own words for a clause; the check has refused any number, date, law or company in them."""
    for name, text in tell.policy.prose:
        if name == clause and text:
            for words in text.say(tell.language).split("\n\n"):
                yield blocks.paragraph(" ".join(words.split()))
