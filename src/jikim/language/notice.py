"""The notice beside a consent: what, why, how long, the right to refuse (PIPA arts. 15(2), 22; Decree art. 17).

Its words follow from the policy alone, so that a stored digest can be proved against the version it names.
"""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from jikim.domain.inquiry import Collection, Minors, Purpose
from jikim.domain.period import SEOUL
from jikim.domain.policy import Policy
from jikim.domain.terms import LegalBasis
from jikim.language.telling.collecting import until
from jikim.language.telling.teller import Teller


@dataclass(frozen=True, slots=True)
class Consent:
    """One purpose that is asked for, with the sentence beside its box."""

    purpose: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The lines of one notice, and the plain words whose digest a consent keeps."""

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


def build(policy: Policy, collection: Collection, language: str) -> Notice:
    """Tell what one collection asks, in one of the policy's languages."""
    tell = Teller(policy, language, _first_day(policy))
    asked = [purpose for purpose in policy.purposes if purpose.name in collection.purposes]
    consented = [purpose for purpose in asked if purpose.basis in (LegalBasis.CONSENT, None)]
    others = [purpose for purpose in asked if purpose not in consented]
    lines = {
        "items": _items(tell, collection),
        "purpose": tell.joined(tell.text(purpose.label) for purpose in asked),
        "period": " ".join(_period(tell, purpose) for purpose in asked),
        "refusal": tell.text(collection.refusal) or tell("동의하지 않을 수 있습니다.", "You may refuse."),
        "minors": _minors(tell, collection),
        "without_consent": " ".join(_without(tell, purpose) for purpose in others),
    }
    consents = tuple(Consent(purpose.name, _sentence(tell, purpose)) for purpose in consented)
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
    return " · ".join(f"{label}: {tell.items(names)}" for label, names in groups if names)


def _period(tell: Teller, purpose: Purpose) -> str:
    """Say until when, and by when it is destroyed at the latest."""
    items, within = tell.items(purpose.items), tell.period(tell.policy.retention.within)
    end = until(tell, purpose)
    return tell(f"{items}: {end}, 그 뒤 {within} 안에 파기.", f"{items}: {end}, then destroyed within {within}.")


def _minors(tell: Teller, collection: Collection) -> str:
    under = tell.policy.rights.minors_under
    if collection.minors is not Minors.REFUSED or not under:
        return ""
    return tell(
        f"만 {under}세 미만이면 이 양식을 쓸 수 없습니다.",
        f"This form is not for children under {under}.",
    )


def _without(tell: Teller, purpose: Purpose) -> str:
    items, ground = tell.items(purpose.items), tell.basis(purpose.basis)
    return tell(
        f"{tell.particle(items, '은')} 동의 없이 처리합니다. 근거: {ground}.",
        f"{items}: processed without consent, on the ground of {ground}.",
    )


def _sentence(tell: Teller, purpose: Purpose) -> str:
    number, items, label = tell.policy.version, tell.items(purpose.items), tell.text(purpose.label)
    return tell(
        f"위 내용을 읽었고, {label} {tell.particle(items, '을')} 수집·이용하는 데 동의합니다 (제{number}판).",
        f"I have read this and agree to the collection and use of {items} (version {number}). Purpose: {label}.",
    )
