"""The privacy policy at its stable addresses, as it was rendered when it was published.

Source: Privacy Policy, preamble; PIPA art. 30(2); Decree art. 31(2). Open to everyone, without a login.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from jikim import environment, sealing
from jikim.clock import policy_now
from jikim.domain.terms import Text
from jikim.language import coverage, load
from jikim.language.keepers import Promise
from jikim.queries import policies
from jikim.queries.policies import Published
from jikim.sealing.keyring import KeyringUnavailable
from jikim.web import asking, errors

KEEP_A_WHILE = "public, no-cache"  # anyone may keep the policy, and asks again before showing it


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One line of the list of versions."""

    published: Published
    standing: str  # coming | in-force | past
    summary: Text | None


@require_safe
def in_force(request: HttpRequest) -> HttpResponse:
    """Show the version in force now."""
    published = asking.published(request)
    return _page(request, published) if published else errors.not_ready(request)


@require_safe
def version(request: HttpRequest, number: int) -> HttpResponse:
    """Show one published version, at the address it keeps for good."""
    published = policies.version(number)
    if published is None:
        raise Http404
    return _page(request, published)


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """List every published version, the newest first; none is ever taken away."""
    now_in_force = asking.published(request)
    number = now_in_force.number if now_in_force else 0
    rows = [_row(published, number) for published in policies.all_versions()]
    return _kept_a_while(render(request, "public/versions.html", {"rows": rows, "here": "policy"}))


def _row(published: Published, in_force_number: int) -> VersionRow:
    if published.effective_at > policy_now():
        standing = "coming"
    else:
        standing = "in-force" if published.number == in_force_number else "past"
    told = {change.version: change.summary for change in published.policy.history}
    return VersionRow(published, standing, told.get(published.number))


def _page(request: HttpRequest, published: Published) -> HttpResponse:
    context = {
        "published": published,
        "row": _row(published, getattr(asking.published(request), "number", 0)),
        "text": _text(published, asking.language(request)),
        "log_key": _log_key(request),
        "not_yet": _not_kept_yet(published) if environment.is_demo() else (),
        "here": "policy",
    }
    return _kept_a_while(render(request, "public/policy.html", context))


def _log_key(request: HttpRequest) -> str:
    """Return the key that certificates are verified with; "" while the keyring cannot be asked."""
    try:
        return sealing.log_key()
    except KeyringUnavailable:
        errors.without_keyring(request)
        return ""


def _not_kept_yet(published: Published) -> tuple[Promise, ...]:
    """Return the promises this very version makes and the program does not keep yet."""
    return coverage.promises(load.parse(policies.source(published.number).encode(), published.policy.id))


def _text(published: Published, spoken: str) -> SafeString:
    """Return the stored page. It is safe as it is: our own renderer wrote it, escaping every fact of the file."""
    first = published.policy.languages[0]
    words = policies.text(published.number, spoken) or policies.text(published.number, first)
    return mark_safe(words)  # noqa: S308 - see above; a test publishes markup in every free text


def _kept_a_while(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = KEEP_A_WHILE
    return response
