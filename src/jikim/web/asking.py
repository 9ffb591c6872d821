"""What our middleware adds to a request: the language of the answer and the policy in force."""

from typing import cast

from django.http import HttpRequest

from jikim.queries.policies import Published

SPOKEN = {"ko": "한국어", "en": "English"}  # each language by its own name; pages exist in these


class PageRequest(HttpRequest):
    """A request for a page, after the language was chosen."""

    language: str
    carried: bool  # the visitor chose the language by a link, so every link carries it on
    published: Published | None  # None before the first policy is published


def language(request: HttpRequest) -> str:
    """Return the language chosen for this request."""
    return cast(PageRequest, request).language


def published(request: HttpRequest) -> Published | None:
    """Return the policy in force; while it is None the public side is closed."""
    return cast(PageRequest, request).published


def languages(policy_now: Published | None) -> tuple[str, ...]:
    """Return the languages pages are offered in, the policy's first language first."""
    stated = policy_now.policy.languages if policy_now else ()
    return tuple(word for word in stated if word in SPOKEN) or tuple(SPOKEN)


def choose(wanted: str, accepted: str, offered: tuple[str, ...]) -> str:
    """Choose a language: the one a link asks for, else the browser's first that is offered, else the policy's first."""
    if wanted in offered:
        return wanted
    for word in _by_preference(accepted):
        if word in offered:
            return word
    return offered[0]


def _by_preference(accepted: str) -> list[str]:
    """Read an Accept-Language header; "ko-KR;q=0.8" speaks for ko. What cannot be read is left out."""
    ranked: list[tuple[float, str]] = []
    for part in accepted[:400].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if weight > 0:
            ranked.append((weight, tag.partition("-")[0].lower()))
    return [tag for _, tag in sorted(ranked, key=lambda pair: -pair[0])]
