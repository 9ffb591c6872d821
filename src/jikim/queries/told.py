"""Whether a database is as new as the journal: an older copy does not know the newest entry that was told from it."""

from django.apps import apps

from jikim import sealing

KNOWING = ("LastTold", "PendingLeaf")  # told, and let go of; or told just now, and still waiting


def knows_newest(alias: str) -> bool:
    """Say whether a database knows what the journal last took of it; others may tell more meanwhile.

    One that has never told anything brings nothing back, and nobody is asked.
    """
    if not any(apps.get_model(alias, name).objects.exists() for name in KNOWING):
        return True
    newest, before = sealing.current().newest_told(alias), None
    while newest is not None and newest != before:
        if any(apps.get_model(alias, name).objects.filter(nonce=newest).exists() for name in KNOWING):
            return True
        newest, before = sealing.current().newest_told(alias), newest
    return newest is None
