"""Taking in what came by mail, telephone or letter. The receipt code is shown once, for the person.

Source: Privacy Policy, "Items collected and method"; PIPA arts. 15, 16.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core import signing
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jikim.actions.intake_by_hand import ArrivalRefused, Entry, take_in
from jikim.actions.submission import AlreadySent
from jikim.clock import policy_today
from jikim.domain import intake
from jikim.domain.channel import GROUNDS, ByHand, Channel, asked_by_hand
from jikim.domain.inquiry import Collection
from jikim.domain.policy import Policy
from jikim.domain.staff import Task
from jikim.domain.terms import Event, ItemKind, LegalBasis
from jikim.queries import desk, inquiries
from jikim.queries.desk import DeskSession
from jikim.queries.life import Life
from jikim.queries.policies import Published, in_force
from jikim.sealing.codes import code_of
from jikim.sealing.errors import FileMissing, StoreUnavailable
from jikim.sealing.keyring import KeyringUnavailable
from jikim.web import asking, by_hand, errors, faults, fields, lives, waiting
from jikim.web.desk.door import COOKIE, door
from jikim.web.uploads import Posted, SealedOnArrival, announced, most_bytes
from jikim.web.waiting import Brought, Files

SALT, CODE_SALT = "jikim/entry/1", "jikim/receipt-of-entry/1"
# Names with a hyphen, which no item of a policy can have.
FORM, CHANNEL, GROUND, ARRIVED, LANGUAGE = "this-form", "came-by", "on-ground", "arrived-on", "written-in"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose; nothing is chosen for the handler."""

    word: str
    label: str
    hint: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What the form asks about the inquiry itself, and what is wrong with the answer."""

    name: str
    choices: tuple[Choice, ...]
    mistake: str


def _with_files(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Seal the files of a form while they arrive, for somebody at the desk alone; everybody else's are read past."""

    def holding(request: HttpRequest) -> HttpResponse:
        found = _collection()
        if request.method == "POST" and found and desk.session(request.COOKIES.get(COOKIE, "")):
            policy, collection = found[0].policy, found[1]
            takers = {name: policy.item(name) for name in collection.asked if policy.item(name).kind == ItemKind.FILES}
            if announced(request) > most_bytes(takers):
                return errors.too_large(request)
            request.upload_handlers = [sealing := SealedOnArrival(takers, Brought)]
            try:
                return view(request)
            finally:
                if not sealing.is_taken:  # the form was refused before anybody asked for its files
                    sealing.abandon_all()
        return view(request)

    return holding


@require_http_methods(["GET", "POST"])
@_with_files
@door(Task.HANDLE)
def page(request: HttpRequest, session: DeskSession) -> HttpResponse:
    found = _collection()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _ask(request, *found, _empty(request))
    posted = _posted(request)
    with posted.files:
        return _take_in(request, session, found, posted)


def _take_in(
    request: HttpRequest, session: DeskSession, found: tuple[Published, Collection], posted: Posted
) -> HttpResponse:
    wrong = _mistakes(*found, posted)
    if wrong or posted.files.is_short:
        return _ask(request, *found, posted, wrong, status=422)
    entry = _entry(found[1], posted)
    try:
        receipt = take_in(entry, session_id=session.id)
    except AlreadySent as sent:
        life = inquiries.life(sent.record_id)
        return _receipt(request, found[0].policy, sent.record_id, entry.code, life, again=True)
    except ArrivalRefused:
        told = _(
            "What arrived on that day is over already. Check the day; if it is right, destroy it and enter nothing."
        )
        return _ask(request, *found, posted, {ARRIVED: told}, status=422)
    except (FileMissing, StoreUnavailable):
        told = _("There is no room for your files just now. Send again in a moment, or send your words alone.")
        return errors.come_back(_ask(request, *found, posted, told=told, status=503))
    except KeyringUnavailable:
        told = _(
            "We could not store it just now: the part that keeps the keys does not answer. Your words are kept here."
        )
        again = errors.without_keyring(request)
        return errors.come_back(_ask(again, *found, posted, told=told, status=503))
    return _receipt(request, found[0].policy, receipt.record_id, receipt.code, receipt.beginning.life)


def _collection() -> tuple[Published, Collection] | None:
    """Return the policy in force and what it asks of who has a question, as far as it is asked by hand."""
    published = in_force()
    if published is None:
        return None
    policy = published.policy
    answering = {purpose.name for purpose in policy.purposes if purpose.ends == Event.INQUIRY_CLOSED}
    first = next((one for one in policy.collections if answering & set(one.purposes)), None)
    return (published, asked_by_hand(policy, first)) if first else None


def _posted(request: HttpRequest) -> Posted:
    words = {name: str(request.POST.get(name, "")) for name in request.POST}
    sealing = next((one for one in request.upload_handlers if isinstance(one, SealedOnArrival)), None)
    if sealing is None or sealing.stray:
        raise BadRequest("a file came where none is asked for")
    sealing.is_taken = True
    brought = waiting.brought(request.POST, _form_name(words) or "")
    files = Files(tuple(sealing.arrived), brought, lambda _bytes: True, is_short=sealing.had_no_room)
    return Posted(waiting.others(words), files, tuple(sealing.problems.values()), stray_files=False)


def _empty(request: HttpRequest) -> Posted:
    words = {LANGUAGE: asking.language(request), ARRIVED: policy_today().isoformat()}
    return Posted(words, Files((), Brought(), lambda _bytes: True), (), stray_files=False)


def _mistakes(published: Published, collection: Collection, posted: Posted) -> dict[str, str]:
    words, wrong = posted.words, {}
    if words.get(CHANNEL) not in tuple(Channel):
        wrong[CHANNEL] = _("Say by which way it came.")
    if words.get(GROUND) not in tuple(map(str, GROUNDS)):
        wrong[GROUND] = _("Say on which ground it may be handled.")
    if words.get(LANGUAGE) not in published.policy.languages:
        wrong[LANGUAGE] = _("Choose one of the answers listed.")
    arrived = _day(words.get(ARRIVED, ""))
    if arrived is None:
        wrong[ARRIVED] = _("This is not a day, like 2026-10-02.")
    elif arrived > policy_today():
        wrong[ARRIVED] = _("That day has not come yet.")
    if _form_name(words) is None:
        raise BadRequest("the form was not served by this desk")
    return wrong | faults.of_items(published.policy, collection, posted, _values(collection, posted))


def _entry(collection: Collection, posted: Posted) -> Entry:
    words, name = posted.words, _form_name(posted.words) or ""
    how = ByHand(Channel(words[CHANNEL]), LegalBasis(words[GROUND]), date.fromisoformat(words[ARRIVED]))
    code = code_of(salted_hmac(CODE_SALT, name, algorithm="sha256").digest())
    return Entry(collection.name, words[LANGUAGE], how, _values(collection, posted), code, posted.files.sent)


def _values(collection: Collection, posted: Posted) -> dict[str, str]:
    return intake.tidy({name: posted.words[name] for name in collection.asked if name in posted.words})


def _form_name(words: Mapping[str, str]) -> str | None:
    """Return the random name of the form, from which its receipt code is drawn: sent twice, it is stored once."""
    try:
        return signing.Signer(salt=SALT).unsign(words.get(FORM, ""))
    except signing.BadSignature:
        return None


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _ask(
    request: HttpRequest,
    published: Published,
    collection: Collection,
    posted: Posted,
    mistakes: Mapping[str, str] | None = None,
    *,
    told: str = "",
    status: int = 200,
) -> HttpResponse:
    words, wrong = posted.words, mistakes or {}
    token = words.get(FORM) or signing.Signer(salt=SALT).sign(secrets.token_urlsafe(16))
    held = posted.files.held_for(_form_name({FORM: token}) or "")
    context = {
        "form": token, "files": posted.files,
        "fields": fields.for_somebody(published.policy, collection, words, wrong, held),
        "channel": _question(CHANNEL, [(one, by_hand.way(one), "") for one in Channel], words, wrong),
        "ground": _question(GROUND, [(one, *by_hand.ground(one)) for one in GROUNDS], words, wrong),
        "spoken": _question(
            LANGUAGE, [(one, asking.SPOKEN.get(one, one), "") for one in published.policy.languages], words, wrong
        ),
        "arrived": words.get(ARRIVED, ""), "arrived_mistake": wrong.get(ARRIVED, ""),
        "wrong": bool(wrong) or posted.files.is_short,
        "today": policy_today(), "told": told, "here": "inbox",
    }  # fmt: skip
    return render(request, "desk/take_in.html", context, status=status)


def _question(
    name: str, choices: Iterable[tuple[str, str, str]], words: Mapping[str, str], wrong: Mapping[str, str]
) -> Question:
    offered = (Choice(word, label, hint, word == words.get(name)) for word, label, hint in choices)
    return Question(name, tuple(offered), wrong.get(name, ""))


def _receipt(
    request: HttpRequest, policy: Policy, record_id: UUID, code: str, life: Life, *, again: bool = False
) -> HttpResponse:
    """Show the code, for the person; it is in no address, no cookie and no log."""
    context = {
        "code": code, "record_id": record_id, "again": again,
        "points": lives.points(life, policy, asking.language(request), agreed=False), "here": "inbox",
        "checkpoint": inquiries.checkpoint(),
    }  # fmt: skip
    return render(request, "desk/taken_in.html", context, status=200 if again else 201)
