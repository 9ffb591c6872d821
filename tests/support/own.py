"""Reading one's own inquiry with its receipt code, as the person's page does."""

from uuid import UUID

from jikim.actions import returning
from jikim.actions.conversation import OpenedInquiry


def read(code: str) -> OpenedInquiry:
    return returning.read(_person(code))


def read_file(code: str, value_id: UUID) -> bytes:
    return returning.read_file(_person(code), value_id)


def _person(code: str) -> returning.Person:
    person = returning.by_code(code)
    assert person is not None, "nobody has this receipt code"
    return person
