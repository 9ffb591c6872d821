"""Start-up refusals, as Django system checks. Each one names the fact that is broken; none of them repairs anything.

jikim.E1xx columns: every column of every table says what it is
jikim.E2xx policies: stored versions are what they were, and what they name is kept by code
jikim.E3xx keyring: the keys and the rows belong together
"""

from collections.abc import Callable, Sequence

from django.core.checks import CheckMessage, Tags
from django.core.checks import register as register_check

from jikim.config.checks import clauses, columns, keyring, policies

Check = Callable[..., Sequence[CheckMessage]]

ALWAYS: tuple[Check, ...] = (columns.models_are_classified, clauses.keepers_exist)
WITH_DATABASES: tuple[Check, ...] = (
    columns.tables_are_classified,
    policies.versions_are_unchanged,
    policies.file_is_unchanged,
    policies.items_have_a_purpose,
    policies.versions_compile,
    policies.stored_items_are_named,
    policies.files_lie_where_it_says,
    clauses.clauses_are_kept,
    keyring.keys_belong_to_rows,
    keyring.journal_belongs_to_rows,
)


def register() -> None:
    """Register every check; those that read a database run only when one is named."""
    for check in ALWAYS:
        register_check(check, Tags.models)
    for check in WITH_DATABASES:
        register_check(check, Tags.database)
