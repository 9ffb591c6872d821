"""What a person does with their own inquiry: write more, close it, say whether it was answered. By POST alone.

Source: Privacy Policy, "Purpose", "Rights"; PIPA art. 4.
"""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jikim.actions import returning
from jikim.actions.returning import Addition, Person
from jikim.actions.submission import AlreadySent
from jikim.clock import wall_now
from jikim.domain import intake
from jikim.domain.inquiry import Item
from jikim.domain.storage_only import AlreadyLeft
from jikim.domain.terms import ItemKind
from jikim.queries import inquiries, policies
from jikim.sealing.keyring import KeyringUnavailable
from jikim.web import errors, faults, sources, uploads
from jikim.web.public import form, mine, once, proving, throttle
from jikim.web.uploads import BodyTooLarge, Posted


@require_POST
def more(request: HttpRequest) -> HttpResponse:
    """Take more words and files for an inquiry; what was typed comes back whenever they cannot be taken."""
    now = wall_now()
    try:
        posted = uploads.read(
            request, _takers(), lambda token: (it := once.read(token)) is not None and it.is_fresh(now)
        )
    except BodyTooLarge:
        return errors.too_large(request)
    if posted.stray_files:
        raise BadRequest("the form has files where words belong")
    try:
        person = proving.person(request, posted.words)
        return _add(request, person, posted) if isinstance(person, Person) else person
    except KeyringUnavailable:
        return errors.away(request, "\n".join(posted.words.get(item.name, "") for item in _worded()))


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Close one's own inquiry."""
    person = proving.person(request, request.POST.dict())
    if not isinstance(person, Person):
        return person
    try:
        returning.close_own(person)
    except AlreadyLeft:
        return _too_late(request, person)
    return mine.show(request, person, told=_closed())


@require_POST
def answered(request: HttpRequest) -> HttpResponse:
    """Hear whether the answer was one; "no" opens the inquiry again."""
    person, said = proving.person(request, request.POST.dict()), request.POST.get("answered", "")
    if not isinstance(person, Person):
        return person
    if said not in ("yes", "no"):
        raise BadRequest("neither yes nor no")
    try:
        returning.was_answered(person, answered=said == "yes")
    except AlreadyLeft:
        return _too_late(request, person)
    told = _closed() if said == "yes" else _("Thank you for saying so. Your inquiry is open again and waits for us.")
    return mine.show(request, person, told=told)


def _add(request: HttpRequest, person: Person, posted: Posted) -> HttpResponse:
    found, words = inquiries.status(person.record_id), posted.words
    token = once.read(words.get(form.SERVED, ""))
    if found is None:
        return proving.unknown(request)
    if token is None or not token.is_good(person.record_id, wall_now()):
        told = _("This page had been open for long. Please send once more. Your words are kept here.")
        return mine.show(request, person, told=told, status=409, words=words)
    if posted.unproven_files:
        raise BadRequest("a file came before the proof of the form")
    policy, asked = mine.asked_of(found)
    values = intake.tidy({name: words[name] for name in asked.asked if name in words})
    if wrong := faults.of_items(policy, asked, posted, values):
        return mine.show(request, person, status=422, words=words, mistakes=wrong)
    if minutes := _crowded(request):
        return errors.too_many(request, minutes)
    return _stored(request, person, Addition(token.message_id, values, posted.files), is_shown=form.SHOW in words)


def _stored(request: HttpRequest, person: Person, addition: Addition, *, is_shown: bool) -> HttpResponse:
    told, status = _("We have it. Your inquiry waits for our answer."), 201
    try:
        returning.write_more(person, addition)
    except AlreadyLeft:
        return _too_late(request, person, addition)
    except AlreadySent:
        told, status = told if is_shown else _("This was already sent, so nothing was stored a second time."), 200
    return mine.show(request, person, told=told, status=status)


def _crowded(request: HttpRequest) -> int:
    if not sources.is_told_apart(request):
        return 0
    source = sources.network_of(request)
    throttle.sent_forms.count(source)
    return throttle.sent_forms.wait_minutes(source, throttle.MOST_WORKED)


def _too_late(request: HttpRequest, person: Person, addition: Addition | None = None) -> HttpResponse:
    told = _(
        "It is too late for that: what you asked for has ended, and nothing changed. A new question is a new inquiry."
    )
    return mine.show(request, person, told=told, status=409, words=addition.values if addition else None)


def _closed() -> str:
    return _("Your inquiry is closed. Below stands until when you can open it again, and when it is destroyed.")


def _takers() -> tuple[Item, ...]:
    """Return the items that take files under any version: whose record it is, is known once the form has been read."""
    items = {item.name: item for version in reversed(policies.all_versions()) for item in version.policy.items}
    return tuple(item for item in items.values() if item.kind == ItemKind.FILES)


def _worded() -> tuple[Item, ...]:
    found = policies.in_force()
    return tuple(item for item in found.policy.items if item.kind == ItemKind.LONGTEXT) if found else ()
