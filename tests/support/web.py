"""What a web test does with a page: fill in the form as a person does, and take every page in every state."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jikim import sealing
from jikim.actions import entry, returning
from jikim.actions.inquiries import Receipt
from jikim.actions.returning import Person
from jikim.actions.values import binding_of
from jikim.domain.staff import EVERY_ROLE, StaffRole
from jikim.queries import certificates
from jikim.sealing.keyring import Sealed
from jikim.store.live.models import Inquiry, ItemValue
from tests.support.company import Company
from tests.support.passkeys import SoftPasskey, approver
from tests.support.staff import PASSWORD, quick, signed_in
from tests.support.staff_codes import code_of

LANGUAGES = ("ko", "en")
WORDS = {"subject": "교정 성적서", "email": "kim@example.kr", "content": "다시 받을 수 있을까요?"}


def filled(client: Client, language: str = "ko", **changed: str | None) -> dict[str, str]:
    """Load the form and fill it in; a change of None leaves that field out. `consent` stands for the consent's box."""
    page: Any = client.get("/inquiry/", {"lang": language})
    words: dict[str, str | None] = {"served": page.context["form"].served, "age": "of-age", "consent": "given", **WORDS}
    words |= changed
    return {
        ("consent-inquiry" if name == "consent" else name): said for name, said in words.items() if said is not None
    }


def send(client: Client, words: dict[str, str], *files: SimpleUploadedFile, language: str = "ko") -> Any:
    """Send the form: words first, files after them, as the page's own form does."""
    return client.post(f"/inquiry/?lang={language}", {**words, "attachments": list(files)})


def receipt_code(answer: Any) -> str:
    """Read the code off a receipt, as a person does."""
    found = re.search(r'id="receipt-code">([0-9A-Z-]+)<', answer.content.decode())
    assert found
    return found[1]


def file(name: str = "report.pdf", content: bytes = b"%PDF-1.7 made up") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@dataclass(frozen=True)
class Surface:
    """One page in one state."""

    name: str
    answer: Any

    @property
    def text(self) -> str:
        return str(self.answer.content.decode())


def public_surfaces(company: Company, client: Client, language: str) -> Iterator[Surface]:
    """Take every public page in every state it can be in."""
    lang = {"lang": language}
    for name, path in PUBLIC.items():
        yield Surface(name, client.get(path, lang))
    yield Surface("mistakes", send(client, filled(client, language, email="kim@", consent=None), language=language))
    with_files = send(client, filled(client, language, email="kim@"), file(), language=language)
    yield Surface("files that wait", with_files)
    yield Surface("expired", send(client, filled(client, language, served="made up"), language=language))
    yield Surface("too young", send(client, filled(client, language, age="child"), language=language))
    yield Surface("unasked", send(client, filled(client, language, phone="02-000-0000"), language=language))
    sent = send(client, filled(client, language), file(), language=language)
    yield Surface("receipt", sent)
    yield from _of_the_person(company, client, receipt_code(sent), language)


PUBLIC = {
    "front": "/",
    "policy": "/privacy/",
    "versions": "/privacy/versions/",
    "version": "/privacy/2/",
    "form": "/inquiry/",
    "ask for the code": "/my/",
    "by mail": "/my/by-mail/",
    "not found": "/nothing/",
    "closed desk": "/desk/",
    "no invitation": "/desk/enter/made-up/",
    "sign in": "/desk/enter/",
}


def _of_the_person(company: Company, client: Client, code: str, language: str) -> Iterator[Surface]:
    def mine(path: str = "/my/", **words: str) -> Any:
        return client.post(f"{path}?lang={language}", {"code": code, **words})

    yield Surface("wrong code", client.post(f"/my/?lang={language}", {"code": "00000-00000-00000-00000"}))
    yield Surface("received", mine())
    yield from _going_on(company, mine, language)
    resolved = company.receives_and_resolves("complaint-dispute")
    general = company.receives_and_resolves("general")
    undecided = closed_by_its_person(company)
    company.works_on(date(2026, 10, 14))
    code = undecided.code
    yield Surface("over, and its kind not decided", mine())
    company.works_on(date(2026, 11, 20))
    code = undecided.code
    yield Surface("over for long, and its kind not decided", mine())
    code = resolved.code
    yield Surface("set aside", mine())
    code = general.code
    yield Surface("destroyed", mine())
    certificate = str(certificates.of(general.record_id)[0].certificate_id)
    yield Surface("certificate", mine("/my/certificate/", certificate=certificate, form="page"))
    yield Surface("no such certificate", mine("/my/certificate/", certificate="made-up"))


def _going_on(company: Company, mine: Callable[..., Any], language: str) -> Iterator[Surface]:
    """Take the person's page in every state it has after a click of theirs."""
    served = mine().context["form"].served
    yield Surface("more with mistakes", mine("/my/more/", served=served, content=""))
    yield Surface("more", mine("/my/more/", served=served, content=WORDS["content"]))
    yield Surface("more again", mine("/my/more/", served=served, content=WORDS["content"]))
    yield Surface("more expired", mine("/my/more/", served="made up", content=WORDS["content"]))
    company.answers(mine().context["status"].record_id, WORDS["content"])
    yield Surface("answered", mine())
    yield Surface("closed", mine("/my/answered/", answered="yes"))
    yield Surface("opened again", mine("/my/answered/", answered="no"))
    yield Surface("closed by hand", mine("/my/close/"))
    yield Surface("a link that is over", mine("/my/by-mail/", address="made up"))
    yield Surface("a grant that is over", mine(grant="made up"))
    yield Surface("the inquiries of a mailbox", mine("/my/by-mail/", address=_letters_proof(company)))


def _letters_proof(company: Company) -> str:
    """Return what a letter to somebody with two inquiries carries."""
    everybody: Any = sealing.current()
    records = [company.receives().record_id for _ in range(2)]
    for value in ItemValue.objects.filter(record_id__in=records, item="email"):
        everybody.enroll([(binding_of(value), Sealed(value.kid, bytes(value.envelope)))])
    row = Inquiry.objects.get(id=records[0])
    return str(everybody.link(row.id, Sealed(row.gate_kid, bytes(row.gate_envelope))))


def desk_surfaces(company: Company, client: Client, language: str) -> Iterator[Surface]:
    """Take every page of the desk in every state; nothing there yet, then some of everything."""

    def get(path: str, **words: str) -> Any:
        return client.get(path, {"lang": language, **words})

    for name in ("", "inbox/", "due/", "holds/", "approvals/", "mail/", "certificates/"):
        yield Surface(f"empty {name}", get(f"/desk/{name}"))
    waiting = company.receives().record_id
    company.answers(answered := company.receives().record_id)
    done = company.receives_and_resolves("general").record_id
    company.receives_and_resolves("complaint-dispute")
    undecided = closed_by_its_person(company).record_id
    company.works_on(date(2026, 10, 14))
    enter(client)
    for folder in ("open", "resolved", "set-aside", "destroyed", "made-up"):
        yield Surface(f"folder {folder}", get("/desk/inbox/", folder=folder))
    for record in (waiting, answered, done):
        yield Surface("record", get(f"/desk/records/{record}/"))
    yield Surface("today", get("/desk/"))
    yield from _of_a_late_class(client, f"/desk/records/{undecided}/", get, language)
    yield from _of_taking_in(client, get, language)
    yield from _of_holding(client, f"/desk/records/{waiting}/holds/", get, language)
    yield Surface("letters", get("/desk/mail/"))
    yield from _of_resolving(client, f"/desk/records/{waiting}/", get, language)
    yield Surface("plan to come", get("/desk/due/", on="2027-03-01"))
    yield Surface("plan of no day", get("/desk/due/", on="soon"))
    yield Surface("certificates", get("/desk/certificates/"))
    yield Surface("certificate", get(f"/desk/certificates/{certificates.of(done)[0].certificate_id}/"))
    yield from _of_the_people(client, get, language)
    yield Surface("no such record", get("/desk/records/00000000-0000-4000-8000-000000000000/"))
    yield Surface("left", client.post(f"/desk/leave/?lang={language}"))


def closed_by_its_person(company: Company) -> Receipt:
    """Take an inquiry in and let its person close it; nobody says what kind of record it is."""
    receipt = company.receives()
    returning.close_own(Person(receipt.record_id, code=receipt.code))
    return receipt


def _of_a_late_class(client: Client, record: str, get: Callable[..., Any], language: str) -> Iterator[Surface]:
    """Take the pages of an inquiry that is over and waits for its class."""
    yield Surface("a record without a class", get(record))
    yield Surface("what waits for a class", get("/desk/due/"))
    yield Surface("a late class", get(f"{record}resolve/"))
    path = f"{record}resolve/?lang={language}"
    yield Surface("what a late class brings", client.post(path, {"class": "general"}))


def _of_taking_in(client: Client, get: Callable[..., Any], language: str) -> Iterator[Surface]:
    page, path = get("/desk/take-in/"), f"/desk/take-in/?lang={language}"
    yield Surface("take in", page)
    how = {"came-by": "letter", "on-ground": "contract", "arrived-on": "2026-10-14", "written-in": "ko"}
    words = {"this-form": page.context["form"], "content": WORDS["content"], **how}
    yield Surface("nothing to take in", client.post(path, {"this-form": page.context["form"]}))
    taken: Any = client.post(path, words)
    yield Surface("taken in", taken)
    yield Surface("taken in again", client.post(path, words))
    yield Surface("a record by hand", get(f"/desk/records/{taken.context['record_id']}/"))


def _of_holding(client: Client, path: str, get: Callable[..., Any], language: str) -> Iterator[Surface]:
    facts = {"item": "content", "reason": "lawsuit", "review_on": "2027-01-05"}
    yield Surface("no hold yet", get(path))
    yield Surface("a hold without a reason", client.post(f"{path}?lang={language}", {**facts, "reason": ""}))
    client.post(path, facts)
    yield Surface("a hold", get(path))
    yield Surface("holds", get("/desk/holds/"))
    gone = f"/desk/approvals/{'0' * 64}/?lang={language}"
    yield Surface("a list that is gone", client.post(gone))
    yield from _of_approving(client, get, language)


def _of_approving(client: Client, get: Callable[..., Any], language: str) -> Iterator[Surface]:
    """Take the pages of approvers' passkeys: none yet, one that waits, one that counts, and vouching for another."""
    yield Surface("no approver's passkey", get("/desk/approvers/"))
    me = get("/desk/account/").context["me"].id
    sealing.current().enroll_passkey(me, SoftPasskey().attested)
    yield Surface("a passkey that waits", get("/desk/approvers/"))
    approver(me)
    yield Surface("a passkey that counts", get("/desk/approvers/"))
    waiting = next(line.passkey.id for line in get("/desk/approvers/").context["lines"] if line.waits)
    yield Surface("vouching", get(f"/desk/approvers/{waiting}/"))
    yield Surface("vouching in vain", client.post(f"/desk/approvers/{waiting}/?lang={language}", {"passkey": "{}"}))
    yield Surface("today with a new passkey", get("/desk/"))


def _of_the_people(client: Client, get: Callable[..., Any], language: str) -> Iterator[Surface]:
    for name, day in (("access", ""), ("access of no day", "soon"), ("access, empty", "2026-10-01")):
        yield Surface(name, get("/desk/access/", on=day))
    yield Surface("people", get("/desk/people/"))
    invited = client.post(f"/desk/people/?lang={language}", {"role": "handler"})
    yield Surface("invited", invited)
    yield Surface("invited to nothing", client.post(f"/desk/people/?lang={language}", {}))
    yield Surface("my account", get("/desk/account/"))
    me = get("/desk/account/").context["me"].id
    yield Surface("person", get(f"/desk/people/{me}/"))
    yield Surface("another app", get("/desk/account/app/"))
    slip = {"setup": get("/desk/account/app/").context["setup"].signed, "code": "000000"}
    yield Surface("another app, with a slip", client.post(f"/desk/account/app/?lang={language}", slip))
    words = {"old": "not this one", "password": PASSWORD, "again": PASSWORD}
    yield Surface("a wrong old password", client.post(f"/desk/account/password/?lang={language}", words))
    with quick():
        changed = client.post(f"/desk/account/password/?lang={language}", {**words, "old": PASSWORD})
    yield Surface("another password", changed)
    yield Surface("new recovery codes", client.post(f"/desk/account/recovery/?lang={language}"))
    yield from _of_joining(invited.context["invitation"].rpartition("/desk/")[2], language)


def _of_joining(link: str, language: str) -> Iterator[Surface]:
    """Make an account as somebody else, who then may not see who works here."""
    client, lang = Client(), f"?lang={language}"
    entry.sources.forget()
    yield Surface("invitation", client.get(f"/desk/{link}{lang}"))
    words = {"name": {"ko": "이담", "en": "Dam"}[language], "password": PASSWORD, "again": PASSWORD}
    with quick():
        yield Surface("two passwords", client.post(f"/desk/{link}{lang}", {**words, "again": ""}))
        client.post(f"/desk/{link}{lang}", words)
        page: Any = client.get(f"/desk/enter/factor/{lang}")
        yield Surface("second factor", page)
        setup = page.context["setup"]
        answer = {"setup": setup.signed, "code": "0"}
        yield Surface("wrong first code", client.post(f"/desk/enter/factor/{lang}", answer))
        done: Any = client.post(f"/desk/enter/factor/{lang}", {**answer, "code": code_of(setup.secret)})
        yield Surface("recovery codes", done)
        yield Surface("not yours", client.get(f"/desk/people/{lang}"))
        known = {"username": done.context["username"], "password": PASSWORD}
        yield Surface("wrong password", client.post(f"/desk/enter/{lang}", {**known, "password": "x"}))
        client.post(f"/desk/enter/{lang}", known)
        yield Surface("second step", client.get(f"/desk/enter/second/{lang}"))
        yield Surface("wrong code", client.post(f"/desk/enter/second/{lang}", {"code": "0"}))


def _of_resolving(client: Client, record: str, get: Callable[..., Any], language: str) -> Iterator[Surface]:
    choice = {"class": "complaint-dispute", "start_event_on": "2026-10-05"}
    yield Surface("resolve", get(f"{record}resolve/"))
    yield Surface("no class", client.post(f"{record}resolve/?lang={language}", {}))
    yield Surface("preview", client.post(f"{record}resolve/?lang={language}", choice))
    yield Surface("empty answer", client.post(f"{record}reply/?lang={language}", {"words": " "}))
    client.post(f"{record}resolve/", {**choice, "step": "confirm"})
    yield Surface("resolved", get(record))


def enter(client: Client, roles: Collection[StaffRole] = EVERY_ROLE) -> str:
    """Have a new account with these roles signed in at this browser; returns its session's token."""
    token = signed_in(roles, name="Sol")
    client.cookies["jikim_desk"] = token
    client.cookies["jikim_desk"]["path"] = "/desk/"
    return token
