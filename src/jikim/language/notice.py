"""The notice beside a consent: what, why, how long, the right to refuse (PIPA arts. 15(2), 22; Decree art. 17).

Its words follow from the policy alone, so that a stored digest can be proved against the version it names.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from jikim.domain.inquiry import Collection, Minors, Purpose
from jikim.domain.period import SEOUL
from jikim.domain.policy import Policy
from jikim.domain.terms import LegalBasis
from jikim.language.telling.collecting import until
from jikim.language.telling.refusing import beside, refusal
from jikim.language.telling.teller import Teller


@dataclass(frozen=True, slots=True)
class Consent:
    """One purpose that is asked for, with the sentence beside its box."""

    purpose: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The lines of one notice (`period`, `refusal`: several), and the plain words whose digest a consent keeps."""

    language: str
    items: str
    purpose: str
    period: str
    refusal: str
    minors: str
    without_consent: str
    consents: tuple[Consent, ...]
    text: str
    sha256: str


MOST_TOLD = 64
_told: dict[tuple[int, str, str], tuple[Policy, Collection, Notice]] = {}  # policies are frozen, and told many times


def build(policy: Policy, collection: Collection, language: str) -> Notice:
    """Tell what one collection asks, in one of the policy's languages."""
    key = (id(policy), collection.name, language)
    kept = _told.get(key)
    if kept is None or kept[0] is not policy or kept[1] is not collection:
        if len(_told) >= MOST_TOLD:
            _told.clear()
        kept = _told[key] = (policy, collection, _build(policy, collection, language))
    return kept[2]


def _build(policy: Policy, collection: Collection, language: str) -> Notice:
    tell = Teller(policy, language, _first_day(policy))
    asked = [purpose for purpose in policy.purposes if purpose.name in collection.purposes]
    consented = [purpose for purpose in asked if purpose.basis in (LegalBasis.CONSENT, None)]
    others = [purpose for purpose in asked if purpose not in consented]
    lines = {
        "items": _items(tell, collection),
        "purpose": " · ".join(tell.text(purpose.label) for purpose in asked),
        "period": "\n".join([*(_period(tell, collection, purpose) for purpose in asked), *_kept(tell, collection)]),
        "refusal": refusal(tell, collection, consented),
        "minors": _minors(tell, collection) if consented else "",
        "without_consent": " ".join(_without(tell, collection, purpose) for purpose in others),
    }
    consents = tuple(Consent(purpose.name, _sentence(tell, collection, purpose)) for purpose in consented)
    version = tell(f"제{policy.version}판", f"Version {policy.version}")
    text = "\n".join(
        [tell.company, version, *filter(None, lines.values()), *(consent.sentence for consent in consents)]
    )
    return Notice(language=language, consents=consents, text=text, sha256=sha256(text.encode()).hexdigest(), **lines)


def _first_day(policy: Policy) -> date:
    return policy.in_force_at.astimezone(SEOUL).date()


def _items(tell: Teller, collection: Collection) -> str:
    groups = (
        (tell("필수", "required"), collection.required),
        (tell("선택", "optional"), collection.optional),
        (tell("자동 기록", "recorded by the site"), collection.automatic),
    )
    said = " · ".join(f"{label}: {_labels(tell, names)}" for label, names in groups if names)
    return tell.sentence(said)


def _labels(tell: Teller, names: Iterable[str]) -> str:
    """Join the whole labels, brackets included: nobody agrees to "access log" without knowing what is in it."""
    return tell.joined(tell.text(tell.policy.item(name).label) for name in names)


def _period(tell: Teller, collection: Collection, purpose: Purpose) -> str:
    """Say until when, and by when it is destroyed at the latest."""
    items = _taken(tell, collection, purpose)
    end, within = until(tell, purpose), tell.period(tell.policy.retention.within)
    return tell(
        f"{tell.particle(items, '은')} {end} 보관하고, 그 뒤 {within} 안에 파기합니다.",
        f"{items}: kept {end}, then destroyed within {within}.",
    )


def _kept(tell: Teller, collection: Collection) -> Iterator[str]:
    """Say what outlives the purpose: whoever agrees must know the longest time, not only the usual one."""
    rules = [rule for rule in tell.policy.retention.rules if rule.applies and set(rule.items) & set(collection.items)]
    if not rules:
        return
    labels = {kind.name: tell.text(kind.label) for kind in tell.policy.record_classes}
    yield tell(
        "다만 다음 기록에 해당하면 적힌 항목만 그 기간 동안 따로 보관합니다.",
        "Of what becomes one of these records, only the items named are set aside, for its period.",
    )
    yield from (f"{labels[rule.records]}: {tell.period(rule.period)} ({tell.items(rule.items)})" for rule in rules)


def _minors(tell: Teller, collection: Collection) -> str:
    under = tell.policy.rights.minors_under
    if not (collection.minors and under):
        return ""
    if collection.minors is Minors.REPRESENTATIVE:
        return tell(
            f"만 {under}세 미만이면 법정대리인이 동의해야 합니다. "
            "여기서는 그 동의를 받지 못하니 법정대리인이 연락해 주세요.",
            f"Under {under}, a parent or guardian has to agree for you, and cannot do so here: have them contact us.",
        )
    if collection.method == "cookies":
        return tell(f"만 {under}세 미만 아동에게서는 받지 않습니다.", f"We do not ask this of children under {under}.")
    return tell(
        f"만 {under}세 미만이면 이 양식을 쓸 수 없습니다.",
        f"This form is not for children under {under}.",
    )


def _without(tell: Teller, collection: Collection, purpose: Purpose) -> str:
    items, ground = _taken(tell, collection, purpose), tell.basis(purpose.basis)
    return tell(
        f"{tell.particle(items, '은')} 동의 없이 처리합니다. 근거: {ground}.",
        f"{items}: processed without consent, on the ground of {ground}.",
    )


def _sentence(tell: Teller, collection: Collection, purpose: Purpose) -> str:
    """Say what a tick agrees to; the purpose stands in its own words, whatever their grammar."""
    number, items, label = tell.policy.version, _taken(tell, collection, purpose), tell.text(purpose.label)
    said = tell(
        f"위 내용을 읽었고, {tell.particle(items, '을')} 수집·이용하는 데 동의합니다 (제{number}판). 목적: {label}.",
        f"I have read this and agree to the collection and use of {items} (version {number}). Purpose: {label}.",
    )
    may_refuse = beside(tell, collection, purpose)
    return f"{tell('[선택]', '[Optional]')} {said} {may_refuse}" if may_refuse else said


def _taken(tell: Teller, collection: Collection, purpose: Purpose) -> str:
    """Join the items this collection takes for a purpose; a purpose may have others, which come another way."""
    return tell.items(name for name in purpose.items if name in collection.items)
