"""People at the desk, for tests: accounts made by the actions that make everybody's, with passwords that hash fast."""

from collections.abc import Collection
from uuid import UUID

from django.test import override_settings

from jikim.actions import desk, staff
from jikim.domain.staff import EVERY_ROLE, StaffRole
from jikim.queries.row_seals import Row, seal_of
from jikim.queries.staff import has_officer
from jikim.store.live.models import StaffAccount

PASSWORD = "correct horse battery"


def quick() -> override_settings:
    """Hash passwords fast, and not well."""
    return override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])


def signed_in(roles: Collection[StaffRole] = EVERY_ROLE, name: str = "Han") -> str:
    """Make an account with these roles and return the token of a session of it."""
    if set(roles) == EVERY_ROLE and not has_officer():
        return joined(desk.issue_link(), name)
    return joined(invited(roles), name)


def invited(roles: Collection[StaffRole] = EVERY_ROLE) -> str:
    """Return an invitation of whoever is the officer; of the house, where nobody is."""
    officer = next((row for row in StaffAccount.objects.all() if StaffRole.OFFICER in row.roles), None)
    if officer is None:
        signed_in()
        return invited(roles)
    return desk._link(roles, officer.id, desk.VALID)


def joined(link: str, name: str = "Han") -> str:
    """Take an invitation up; the second factor is left out, which only the desk's pages ask for."""
    with quick():
        return staff.finish_joining(staff.join(link, name=name, password=PASSWORD))


def reseal(kind: type[Row]) -> None:
    """Let rows that a test altered bear the desk's seal, as if the desk had written them so."""
    for row in kind._default_manager.all():
        row.seal = seal_of(row)
        row.save(update_fields=["seal"])


def account_of(session_id: UUID) -> StaffAccount:
    from jikim.store.live.models import DeskSession

    return StaffAccount.objects.get(id=DeskSession.objects.get(id=session_id).account_id)
