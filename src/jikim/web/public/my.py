"""The person's own page: a receipt code or a link opens it, by POST, so that neither stands in a log.

A link in a letter has its proof behind the "#", which no browser sends anywhere: the page it leads to takes it from
there into a form and off the address. Without scripts, the address is copied into the same form by hand.
"""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from jikim.actions import returning
from jikim.actions.returning import Person
from jikim.domain.errors import Misused
from jikim.domain.storage_only import AlreadyLeft
from jikim.queries import certificates, inquiries
from jikim.queries.certificates import CertificateView
from jikim.queries.policies import governing
from jikim.web import asking, attachments, errors
from jikim.web import certificates as told
from jikim.web.public import mine, proving


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for the code, or show what it opens."""
    if asking.published(request) is None:
        return errors.not_ready(request)
    if request.method != "POST":
        return render(request, "public/my_ask.html", {"mistake": "", "here": "my"})
    person = proving.person(request, request.POST.dict())
    return mine.show(request, person) if isinstance(person, Person) else person


@require_http_methods(["GET", "HEAD", "POST"])
def by_mail(request: HttpRequest) -> HttpResponse:
    """Take the link of a letter: show the inquiry it is about, or let choose among those of the same mailbox."""
    if asking.published(request) is None:
        return errors.not_ready(request)
    if request.method != "POST":
        return render(request, "public/my_by_mail.html", {"mistake": "", "here": "my"})
    people = proving.people(request, request.POST.get("address", ""))
    if isinstance(people, HttpResponse):
        return people
    if len(people) == 1:
        return mine.show(request, people[0])
    rows = [(person, inquiries.status(person.record_id)) for person in people]
    return render(request, "public/my_list.html", {"rows": rows, "here": "my"})


@require_POST
def certificate(request: HttpRequest) -> HttpResponse:
    """Show one certificate of the inquiry, or hand it over as a file."""
    person = proving.person(request, request.POST.dict())
    if not isinstance(person, Person):
        return person
    wanted = _one(person, request.POST.get("certificate", ""))
    found = inquiries.status(person.record_id)
    if wanted is None or found is None:
        return proving.unknown(request)
    if request.POST.get("form") == "json":
        return attachments.document(wanted)
    sheet = told.sheet(wanted, governing(found.policy_number).policy, asking.language(request))
    return render(request, "public/certificate.html", {"sheet": sheet, "person": person, "here": "my"})


@require_POST
def file(request: HttpRequest) -> HttpResponse:
    """Hand one of the person's own files back."""
    person = proving.person(request, request.POST.dict())
    if not isinstance(person, Person):
        return person
    try:
        content = returning.read_file(person, UUID(request.POST.get("file", "")))
    except (AlreadyLeft, Misused, ValueError):
        raise Http404 from None
    return attachments.handed_over(content, request.POST.get("name", ""))


def _one(person: Person, certificate_id: str) -> CertificateView | None:
    """Return a certificate of this very record; another record's is as good as none."""
    try:
        wanted = UUID(certificate_id)
    except ValueError:
        return None
    return next((view for view in certificates.of(person.record_id) if view.certificate_id == wanted), None)
