"""What a person does with their own inquiry: write more, close it, say whether it was answered. By POST alone.

Source: Privacy Policy, "Purpose", "Rights"; PIPA art. 4.
"""

import logging
from collections.abc import Collection
from functools import partial
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
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
from jikim.queries.away import is_away
from jikim.sealing.errors import FileMissing, StoreUnavailable
from jikim.sealing.keyring import KeyringUnavailable
from jikim.web import asking, errors, faults, fields, sources, uploads
from jikim.web.public import form, layers, mine, once, proving, throttle, twins
from jikim.web.uploads import BodyTooLarge, Posted

log = logging.getLogger(__name__)


@require_POST
def more(request: HttpRequest) -> HttpResponse:
    """Take more words and files for an inquiry; what was typed comes back whenever they cannot be taken."""
    try:
        posted = uploads.read(request, _takers(), once.name_of, partial(layers.may_wait, request))
    except BodyTooLarge:
        return errors.too_large(request)
    with posted.files:
        if posted.stray_files:
            raise BadRequest("the form has files where words belong")
        try:
            person = proving.person(request, posted.words, _typed(posted))
            return _add(request, person, posted) if isinstance(person, Person) else person
        except (KeyringUnavailable, Error) as error:
            if isinstance(error, Error) and not is_away(error):
                raise
            log.error("more words could not be stored: %s", type(error).__name__)  # noqa: TRY400 - no word of a row
            return _offer_again(errors.without_keyring(request), posted)


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
        return mine.show(request, person, told=told, status=409, sent=posted)
    if posted.unproven_files:
        raise BadRequest("a file came before the proof of the form")
    policy, asked = mine.asked_of(found)
    values = intake.tidy({name: words[name] for name in asked.asked if name in words})
    if wrong := faults.of_items(policy, asked, posted, values):
        return mine.show(request, person, status=422, sent=posted, mistakes=wrong)
    if posted.files.is_short and not _by_twin(token.message_id):
        return mine.show(request, person, told=_without_files(), status=409, sent=posted)
    if minutes := _crowded(request):
        return _later(request, person, posted, minutes)
    return _stored(request, person, Addition(token.message_id, values, posted.files.sent), posted)


def _stored(request: HttpRequest, person: Person, addition: Addition, posted: Posted) -> HttpResponse:
    told, status = _("We have it. Your inquiry waits for our answer."), 201
    try:
        returning.write_more(person, addition)
    except AlreadyLeft:
        return _too_late(request, person, posted)
    except AlreadySent:
        is_shown = form.SHOW in posted.words
        told, status = told if is_shown else _("This was already sent, so nothing was stored a second time."), 200
    except (FileMissing, StoreUnavailable):
        if _by_twin(addition.message_id):
            return mine.show(request, person, told=told)
        return mine.show(request, person, told=_without_files(), status=503, sent=posted)
    return mine.show(request, person, told=told, status=status)


def _crowded(request: HttpRequest) -> int:
    if not sources.is_told_apart(request):
        return 0
    source = sources.network_of(request)
    throttle.sent_forms.count(source)
    return throttle.sent_forms.wait_minutes(source, throttle.MOST_WORKED)


def _later(request: HttpRequest, person: Person, posted: Posted, minutes: int) -> HttpResponse:
    told = _(
        "Many inquiries came from your connection. Wait %(minutes)d minutes and send once more: your words are "
        "kept here while this page stays open."
    )
    response = mine.show(request, person, told=told % {"minutes": minutes}, status=429, sent=posted)
    response.headers["Retry-After"] = str(minutes * 60)
    return response


def _typed(posted: Posted) -> str:
    """Return what somebody wrote, to be given back where no form can hold it."""
    return "\n".join(posted.words.get(name, "") for name in _worded()).strip()


def _by_twin(message_id: UUID) -> bool:
    return bool(twins.awaited(lambda: inquiries.has_message(message_id)))


def _offer_again(request: HttpRequest, posted: Posted) -> HttpResponse:
    """Show what was typed as a form that can be sent again; nothing is asked of the keyring or of a database."""
    published, words = asking.published(request), posted.words
    if published is None:
        return errors.not_ready(request)
    token = words.get(form.SERVED, "")
    held = posted.files.held_for(once.name_of(token))
    items = (item for item in published.policy.items if item.kind in (ItemKind.LONGTEXT, ItemKind.FILES))
    asked = (fields.again(item, words.get(item.name, ""), held) for item in items)
    again = mine.More(token, tuple(asked), {}, is_short=posted.files.is_short)
    proof = {name: words[name] for name in sorted(proving.FIELDS) if name in words}
    context = {"form": again, "proof": proof, "here": "my"}
    return errors.come_back(render(request, "public/my_again.html", context, status=503))


def _without_files() -> str:
    return _("Your files are not here any more, or there was no room for them. Your words are kept here.")


def _too_late(request: HttpRequest, person: Person, posted: Posted | None = None) -> HttpResponse:
    told = _(
        "It is too late for that: what you asked for has ended, and nothing changed. A new question is a new inquiry."
    )
    return mine.show(request, person, told=told, status=409, sent=posted)


def _closed() -> str:
    return _("Your inquiry is closed. Below stands until when you can open it again, and when it is destroyed.")


def _takers() -> tuple[Item, ...]:
    """Return the items that take files under any version: whose record it is, is known once the form has been read."""
    return tuple(item for item in _every_item() if item.kind == ItemKind.FILES)


def _worded() -> tuple[str, ...]:
    return tuple(item.name for item in _every_item() if item.kind == ItemKind.LONGTEXT)


def _every_item() -> Collection[Item]:
    return {item.name: item for version in reversed(policies.all_versions()) for item in version.policy.items}.values()
