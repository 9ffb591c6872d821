"""Answers that are files: always downloaded, never shown inside our pages."""

import json

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from jikim.domain.intake import NAME_CHARS
from jikim.queries.certificates import CertificateView


def handed_over(content: bytes, name: str) -> HttpResponse:
    """Hand an attached file over under the name it came with. Its kind is not believed, so none is said."""
    response = HttpResponse(content, content_type="application/octet-stream")
    plain = "".join(letter for letter in name if letter.isprintable())[:NAME_CHARS]
    said = content_disposition_header(as_attachment=True, filename=plain or "file")
    response.headers["Content-Disposition"] = said or "attachment"
    return response


def document(view: CertificateView) -> HttpResponse:
    """Hand over the signed certificate, which anybody can verify offline; what stands around it stays on the page."""
    words = json.dumps(view.document["signed"], ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    response = HttpResponse(words, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="certificate-{view.certificate_id}.json"'
    return response
