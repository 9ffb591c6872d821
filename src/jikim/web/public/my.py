"""The person's own page: the receipt code opens it, by POST, so that it never stands in an address or a log.

Source: Privacy Policy, "Rights"; PIPA arts. 35, 38. A wrong code and an unknown one get the same answer.
"""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from jikim.actions import inquiries as own
from jikim.domain.errors import Misused
from jikim.queries import certificates, inquiries
from jikim.queries.certificates import CertificateView
from jikim.queries.inquiries import InquiryStatus
from jikim.queries.policies import governing
from jikim.web import asking, attachments, errors, lives, sources, turns
from jikim.web import certificates as told
from jikim.web.public import throttle

CODE_CHARS = 64  # far more than any way to type a code


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for the code, or show what it opens."""
    if asking.published(request) is None:
        return errors.not_ready(request)
    if request.method != "POST":
        return render(request, "public/my_ask.html", {"mistake": "", "here": "my"})
    found = _found(request)
    return _show(request, found) if isinstance(found, InquiryStatus) else found


@require_POST
def certificate(request: HttpRequest) -> HttpResponse:
    """Show one certificate of the inquiry, or hand it over as a file."""
    found = _found(request)
    if not isinstance(found, InquiryStatus):
        return found
    wanted = _one(found, request.POST.get("certificate", ""))
    if wanted is None:
        return _unknown(request)
    if request.POST.get("form") == "json":
        return attachments.document(wanted)
    sheet = told.sheet(wanted, governing(found.policy_number).policy, asking.language(request))
    context = {"sheet": sheet, "code": request.POST.get("code", ""), "here": "my"}
    return render(request, "public/certificate.html", context)


@require_POST
def file(request: HttpRequest) -> HttpResponse:
    """Hand one of the person's own files back."""
    found = _found(request)
    if not isinstance(found, InquiryStatus):
        return found
    try:
        content = own.read_own_file(request.POST.get("code", "")[:CODE_CHARS], UUID(request.POST.get("file", "")))
    except (Misused, ValueError):
        raise Http404 from None
    return attachments.handed_over(content, request.POST.get("name", ""))


def _found(request: HttpRequest) -> InquiryStatus | HttpResponse:
    """Return the inquiry of the posted code, or the answer to a wrong one. Codes are compared by digest only."""
    source = sources.network_of(request)
    if minutes := throttle.wrong_codes.wait_minutes(source, throttle.MOST_WRONG):
        return errors.too_many(request, minutes)
    found = inquiries.by_receipt(request.POST.get("code", "")[:CODE_CHARS])
    if found is None:
        throttle.wrong_codes.count(source)
        return _unknown(request)
    return found


def _unknown(request: HttpRequest) -> HttpResponse:
    mistake = _("No inquiry belongs to this code. Check it letter by letter; capitals and dashes do not matter.")
    return render(request, "public/my_ask.html", {"mistake": mistake, "here": "my"}, status=404)


def _show(request: HttpRequest, found: InquiryStatus) -> HttpResponse:
    policy, spoken = governing(found.policy_number).policy, asking.language(request)
    life = inquiries.life(found.record_id)
    code = request.POST.get("code", "")[:CODE_CHARS]
    opened = own.read_own(code) if found.has_values else None
    context = {
        "turns": turns.of(opened, policy, spoken, traces=True) if opened else (),
        "status": found,
        "points": lives.points(life, policy, spoken),
        "keepings": lives.keepings(life.items, policy, spoken),
        "certificates": certificates.of(found.record_id),
        "code": code,
        "here": "my",
    }
    return render(request, "public/my.html", context)


def _one(found: InquiryStatus, certificate_id: str) -> CertificateView | None:
    """Return a certificate of this very record; another record's is as good as none."""
    try:
        wanted = UUID(certificate_id)
    except ValueError:
        return None
    return next((view for view in certificates.of(found.record_id) if view.certificate_id == wanted), None)
