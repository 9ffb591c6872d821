"""Sending an inquiry: ask with the notice beside it, check everything, store only what is whole, show the receipt."""

from uuid import UUID

from django.core.exceptions import BadRequest
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
from jikim.queries.policies import Published, governing
from jikim.sealing.keyring import KeyringUnavailable
from jikim.web import asking, errors, sources, uploads
from jikim.web.public import form, layers, mistakes, receipt, served, work
from jikim.web.public.layers import Layer, Stopped
from jikim.web.public.served import Served, Standing
from jikim.web.uploads import BodyTooLarge, Posted

AGENT_CHARS = 400  # of a browser's name for itself


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
    """Answer one sent form. A child is sent away before anything else is looked at (PIPA art. 22-2(1))."""
    items = tuple(published.policy.item(name) for name in collection.asked)
    posted = uploads.read(request, items, lambda token: _stands(published, collection, served.read(token)))
    if posted.stray_files or not set(posted.words) <= form.names(published.policy, collection):
        raise BadRequest("the form has fields that were not asked for")
    words = posted.words
    if form.asks_age(published.policy, collection) and words.get(form.AGE) == form.CHILD:
        return render(request, "public/too_young.html", {"policy": published.policy, "here": "inquiry"}, status=403)
    proof = served.read(words.get(form.SERVED, ""))
    if proof and (sent := asked.by_receipt(served.code(proof))):
        is_shown = words.get(form.SHOW) == form.RECEIPT
        return _again(request, governing(sent.policy_number).policy, sent.record_id, proof, is_shown=is_shown)
    standing = _standing(published, collection, proof)
    if proof is None or standing is not Standing.CURRENT:
        again = form.build(published, collection, asking.language(request), words)
        return _ask(request, again, told=_told(standing), status=409)
    if posted.unproven_files:
        raise BadRequest("a file came before the proof of the form")  # it was read past: never stored without it
    return _store(request, published, collection, posted, proof)


def _store(
    request: HttpRequest, published: Published, collection: Collection, posted: Posted, proof: Served
) -> HttpResponse:
    words = posted.words
    values = intake.tidy({name: words[name] for name in collection.asked if name in words})
    wrong = mistakes.of(published.policy, collection, posted, values)
    if wrong:
        return _ask(request, form.build(published, collection, asking.language(request), words, wrong), status=422)
    submission = Submission(
        collection=collection.name,
        language=proof.language,
        policy_number=proof.policy_number,
        notice_sha256=proof.notice_sha256,
        consents=mistakes.given(published.policy, collection, posted),
        values=values,
        files=posted.files,
        access_log=_access_log(request, published, collection),
        code=served.code(proof),
    )
    try:
        if stopped := layers.stopping(request, words, proof, wall_now()):
            return _stopped(request, form.build(published, collection, asking.language(request), words), stopped)
        stored = inquiries.submit(submission)
    except AlreadySent as sent:  # the same form came twice at the same time
        return _again(request, published.policy, sent.record_id, proof)
    except NoticeChanged:  # a version took effect between reading the form and storing it
        again = form.build(published, collection, asking.language(request), words)
        return _ask(request, again, told=_told(Standing.SUPERSEDED), status=409)
    except KeyringUnavailable:
        again = form.build(published, collection, asking.language(request), words)
        return errors.come_back(_ask(errors.without_keyring(request), again, told=_away(), status=503))
    return receipt.first(request, published, stored)


def _stopped(request: HttpRequest, again: form.Form, stopped: Stopped) -> HttpResponse:
    """Say kindly what stopped the form and for how long; every word stays in it."""
    if stopped.layer is Layer.TRAP:
        told = _(
            "A field that people do not see had been filled in, perhaps by a program that fills in forms for you. We "
            "emptied it. Please send once more: your words are kept here."
        )
        return _ask(request, again, told=told, status=422)
    if stopped.layer is Layer.HASTE:
        told = _("That was faster than people type. Wait a few seconds and send once more: your words are kept here.")
    else:
        told = _(
            "Many inquiries came from your connection. Wait %(minutes)d minutes and send once more: your words are "
            "kept here while this page stays open."
        ) % {"minutes": stopped.seconds // 60}
    response = _ask(request, again, told=told, status=429)
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


def _ask(request: HttpRequest, empty_or_not: form.Form, *, told: str = "", status: int = 200) -> HttpResponse:
    context = {"form": empty_or_not, "told": told, "bits": work.BITS, "here": "inquiry"}
    return render(request, "public/inquiry.html", context, status=status)


def _stands(published: Published, collection: Collection, proof: Served | None) -> bool:
    return _standing(published, collection, proof) is Standing.CURRENT


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


def _away() -> str:
    return _("We could not store it just now: the part that keeps the keys does not answer. Your words are kept here.")


def _access_log(request: HttpRequest, published: Published, collection: Collection) -> str:
    """Return the visitor's trace, only where the policy names one; sealed like every other item."""
    kinds = {published.policy.item(name).kind for name in collection.automatic}
    if ItemKind.ACCESS_LOG not in kinds:
        return ""
    agent = request.headers.get("User-Agent", "")[:AGENT_CHARS]
    trace = (sources.address_of(request), agent, policy_now().isoformat(timespec="seconds"))
    return " · ".join(trace)
