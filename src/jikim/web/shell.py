"""What the frame of every page needs to know: the company, the languages, and how serious this installation is."""

from dataclasses import dataclass

from django.http import HttpRequest

from jikim import environment, sealing
from jikim.clock import policy_today
from jikim.domain.policy import Contact
from jikim.queries.desk import DeskSession
from jikim.sealing.certificate import best_medium
from jikim.sealing.keyring import KeyringUnavailable
from jikim.web import wording
from jikim.web.asking import SPOKEN, languages
from jikim.web.links import spoken


@dataclass(frozen=True, slots=True)
class Tongue:
    """Another language the same page is written in."""

    language: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Shell:
    language: str
    carried: bool  # the language travels on links
    controller: str  # "" before a policy is published, or when it cannot be read
    officer: Contact | None
    tongues: tuple[Tongue, ...]
    medium: str  # the class letter of the best medium a root lies in; "" while the keyring has not said it
    desk: DeskSession | None  # who is at the desk; None on every public page
    today: str  # the policy clock of a demo home, as people say it; "" in a real home


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Give templates the frame of a page; an error page gets as much of it as is known."""
    language = getattr(request, "language", "ko")
    published = getattr(request, "published", None)
    return {
        "shell": Shell(
            language=language,
            carried=bool(getattr(request, "carried", False)),
            controller=published.policy.controller.name.say(language) if published else "",
            officer=published.policy.officer if published else None,
            tongues=_tongues(request, language),
            medium=_medium() if published and not getattr(request, "keyring_away", False) else "",
            desk=getattr(request, "desk", None),
            today=wording.day(policy_today(), language) if published and environment.is_demo() else "",
        )
    }


def _medium() -> str:
    """Return what pages say of the medium; a page is never refused because the keyring could not be asked."""
    try:
        return best_medium(sealing.media())
    except KeyringUnavailable:
        return ""


def _tongues(request: HttpRequest, language: str) -> tuple[Tongue, ...]:
    """Offer the same page in the other languages. An answer to a form has no address of its own, so it offers none."""
    if request.method != "GET":
        return ()
    offered = languages(getattr(request, "published", None))
    return tuple(Tongue(other, SPOKEN[other], spoken(request.path, other)) for other in offered if other != language)
