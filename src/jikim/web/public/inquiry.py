"""Sending an inquiry: ask with the notice beside it, check everything, store only what is whole, show the receipt."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jikim.actions import inquiries
from jikim.actions.inquiries import AlreadySent, Submission
from jikim.actions.submission import NoticeChanged
from jikim.clock import policy_now, wall_now
from jikim.domain import intake
from jikim.domain.inquiry import Collection
from jikim.domain.policy import Policy
from jikim.domain.terms import ItemKind
from jikim.language import notice as notices
from jikim.queries import inquiries as asked
from jikim.queries.away import is_away
from jikim.queries.policies import Published, governing
from jikim.sealing.errors import FileMissing, StoreUnavailable
from jikim.sealing.keyring import KeyringUnavailable
from jikim.web import asking, errors, sources, uploads
from jikim.web.public import form, layers, mistakes, receipt, served, twins, work
from jikim.web.public.layers import Layer, Stopped
from jikim.web.public.served import Served, Standing
from jikim.web.uploads import BodyTooLarge, Posted

log = logging.getLogger(__name__)
AGENT_CHARS = 400  # of a browser's name for itself


@dataclass(frozen=True, slots=True)
class Sent:
    """One form that came in, and what it is held against."""

    published: Published
    collection: Collection
    posted: Posted
    proof: Served | None
    standing: Standing


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    published = asking.published(request)
    if published is None:
        return errors.not_ready(request)
    collection = form.inquiry_collection(published.policy)
    if collection is None:
        raise Http404
    if request.method != "POST":
        return _ask(request, form.build(published, collection, asking.language(request)))
    try:
        return _take(request, published, collection)
    except BodyTooLarge:
        return errors.too_large(request)


def _take(request: HttpRequest, published: Published, collection: Collection) -> HttpResponse:
    """Answer one sent form; whatever keeps it from being stored, it comes back with every word and every file."""
    items = tuple(published.policy.item(name) for name in collection.asked)
    posted = uploads.read(request, items, served.name_of, partial(layers.may_wait, request))
    proof = served.read(posted.words.get(form.SERVED, ""))
    sent = Sent(published, collection, posted, proof, _standing(published, collection, proof))
    with posted.files:
        try:
            return _answer(request, sent)
        except (KeyringUnavailable, StoreUnavailable, Error) as error:
            if isinstance(error, Error) and not is_away(error):
                raise
            log.error("an inquiry could not be stored: %s", type(error).__name__)  # noqa: TRY400 - no word of a row
            away = isinstance(error, KeyringUnavailable)
            again = errors.without_keyring(request) if away else request
            return errors.come_back(_ask_again(again, sent, told=_away(keyring=away), status=503, is_same=True))


def _answer(request: HttpRequest, sent: Sent) -> HttpResponse:
    """Answer what was read. A child is sent away before anything else is looked at (PIPA art. 22-2(1))."""
    published, collection, words, proof = sent.published, sent.collection, sent.posted.words, sent.proof
    known = set(words) <= form.names(published.policy, collection)
    if sent.standing is not Standing.SUPERSEDED and (sent.posted.stray_files or not known):
        raise BadRequest("the form has fields that were not asked for")
    if form.asks_age(published.policy, collection) and words.get(form.AGE) == form.CHILD:
        return render(request, "public/too_young.html", {"policy": published.policy, "here": "inquiry"}, status=403)
    if proof and (stored := asked.by_receipt(served.code(proof))):
        is_shown = words.get(form.SHOW) == form.RECEIPT
        return _again(request, governing(stored.policy_number).policy, stored.record_id, proof, is_shown=is_shown)
    if proof and sent.standing is Standing.CURRENT:
        return _store(request, sent, proof)
    return _ask_again(request, sent, told=_told(sent.standing), status=409)


def _store(request: HttpRequest, sent: Sent, proof: Served) -> HttpResponse:
    published, collection, posted, words = sent.published, sent.collection, sent.posted, sent.posted.words
    if posted.unproven_files:
        raise BadRequest("a file came before the proof of the form")  # it was read past: never stored without it
    values = intake.tidy({name: words[name] for name in collection.asked if name in words})
    if wrong := mistakes.of(published.policy, collection, posted, values):
        return _ask_again(request, sent, wrong=wrong, status=422)
    if posted.files.is_short:
        return _without_files(request, sent, proof)
    if stopped := layers.stopping(request, words, proof, wall_now()):
        return _stopped(request, sent, stopped)
    return _submit(request, sent, proof, values)


def _submit(request: HttpRequest, sent: Sent, proof: Served, values: Mapping[str, str]) -> HttpResponse:
    published, collection, posted = sent.published, sent.collection, sent.posted
    submission = Submission(
        collection=collection.name,
        language=proof.language,
        policy_number=proof.policy_number,
        notice_sha256=proof.notice_sha256,
        consents=mistakes.given(published.policy, collection, posted),
        values=values,
        files=posted.files.sent,
        access_log=_access_log(request, published, collection),
        code=served.code(proof),
    )
    try:
        stored = inquiries.submit(submission)
    except AlreadySent as twin:  # the same form came twice at the same time
        return _again(request, published.policy, twin.record_id, proof)
    except NoticeChanged:  # a version took effect between reading the form and storing it
        return _ask_again(request, sent, told=_told(Standing.SUPERSEDED), status=409)
    except FileMissing:  # its twin has just taken the files, or their time ended this very moment
        return _without_files(request, sent, proof)
    return receipt.first(request, published, stored)


def _without_files(request: HttpRequest, sent: Sent, proof: Served) -> HttpResponse:
    """Ask for files again that are not there any more, unless the very form that took them was stored meanwhile."""
    if stored := twins.awaited(lambda: asked.by_receipt(served.code(proof))):
        return _again(request, sent.published.policy, stored.record_id, proof)
    if sent.posted.files.is_over:
        told = _("Your files are not here any more: they wait for half an hour at most. Your words are kept here.")
        return _ask_again(request, sent, told=told, status=409)
    told = _("There is no room for your files just now. Send again in a moment, or send your words alone.")
    return errors.come_back(_ask_again(request, sent, told=told, status=503))


def _stopped(request: HttpRequest, sent: Sent, stopped: Stopped) -> HttpResponse:
    """Say kindly what stopped the form and for how long; every word and every file stays in it."""
    if stopped.layer is Layer.TRAP:
        told = _(
            "A field that people do not see had been filled in, perhaps by a program that fills in forms for you. We "
            "emptied it. Please send once more: your words are kept here."
        )
        return _ask_again(request, sent, told=told, status=422)
    if stopped.layer is Layer.HASTE:
        told = _("That was faster than people type. Wait a few seconds and send once more: your words are kept here.")
    else:
        told = _(
            "Many inquiries came from your connection. Wait %(minutes)d minutes and send once more: your words are "
            "kept here while this page stays open."
        ) % {"minutes": stopped.seconds // 60}
    response = _ask_again(request, sent, told=told, status=429)
    response.headers["Retry-After"] = str(stopped.seconds)
    return response


def _again(
    request: HttpRequest, policy: Policy, record_id: UUID, proof: Served, *, is_shown: bool = False
) -> HttpResponse:
    """Show the receipt of a form that came a second time; its code only for as long as the form itself is good.

    is_shown: the page's own script sent it and asks for the receipt, so there is nothing to explain
    """
    code = served.code(proof) if served.is_fresh(proof, wall_now()) else ""
    return receipt.again(request, policy, record_id, code, explained=not is_shown)


def _ask_again(
    request: HttpRequest,
    sent: Sent,
    *,
    status: int,
    told: str = "",
    wrong: Mapping[str, str] | None = None,
    is_same: bool = False,
) -> HttpResponse:
    """Show the form once more, with everything in it but the consent.

    is_same: it is not known whether it was stored after all, so it keeps its name and is stored at most once
    """
    words = sent.posted.words
    token = words[form.SERVED] if is_same and sent.standing is Standing.CURRENT else ""
    again = form.build(
        sent.published, sent.collection, asking.language(request), words, wrong,
        files=sent.posted.files, token=token,
    )  # fmt: skip
    return _ask(request, again, told=told, status=status)


def _ask(request: HttpRequest, empty_or_not: form.Form, *, told: str = "", status: int = 200) -> HttpResponse:
    context = {"form": empty_or_not, "told": told, "bits": work.BITS, "here": "inquiry"}
    return render(request, "public/inquiry.html", context, status=status)


def _standing(published: Published, collection: Collection, proof: Served | None) -> Standing:
    """Hold what a token proves against the words the form would show now, in the language it was served in."""
    spoken = proof.language if proof else published.policy.languages[0]
    notice = notices.build(published.policy, collection, spoken)
    return served.standing(proof, published.number, notice, wall_now())


def _told(standing: Standing) -> str:
    if standing is Standing.SUPERSEDED:
        return _(
            "Our privacy policy changed while you were writing. Please read the notice again. Your words are kept here."
        )
    return _(
        "This page had been open for long. Please read the notice again and send once more. Your words are kept here."
    )


def _away(*, keyring: bool) -> str:
    if keyring:
        return _(
            "We could not store it just now: the part that keeps the keys does not answer. Your words are kept here."
        )
    return _("We could not store it just now, and the fault is ours. Your words are kept here: send again in a moment.")


def _access_log(request: HttpRequest, published: Published, collection: Collection) -> str:
    """Return the visitor's trace, only where the policy names one; sealed like every other item."""
    kinds = {published.policy.item(name).kind for name in collection.automatic}
    if ItemKind.ACCESS_LOG not in kinds:
        return ""
    agent = request.headers.get("User-Agent", "")[:AGENT_CHARS]
    trace = (sources.address_of(request), agent, policy_now().isoformat(timespec="seconds"))
    return " · ".join(trace)
