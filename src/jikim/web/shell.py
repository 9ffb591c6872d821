"""What the frame of every page needs to know: the company, the languages, and how serious this installation is."""

from dataclasses import dataclass

from django.http import HttpRequest

from jikim import environment, sealing
from jikim.clock import policy_today
from jikim.domain.policy import Contact
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
    keyring: str  # its name, printed while it is the development one
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
            keyring=sealing.current().name if published else "",
            today=wording.day(policy_today(), language) if published and environment.is_demo() else "",
        )
    }


def _tongues(request: HttpRequest, language: str) -> tuple[Tongue, ...]:
    """Offer the same page in the other languages. An answer to a form has no address of its own, so it offers none."""
    if request.method != "GET":
        return ()
    offered = languages(getattr(request, "published", None))
    return tuple(Tongue(other, SPOKEN[other], spoken(request.path, other)) for other in offered if other != language)
