"""The keys of many records in one change of root, so that a busy day costs about as much as one record."""

import logging
from collections.abc import Iterator, Sequence

from django.db import OperationalError

from jikim import sealing
from jikim.domain.errors import JikimError
from jikim.domain.separation import Fate
from jikim.procedures import destroy, intents
from jikim.sealing.errors import KeyringUnavailable, StoreUnavailable
from jikim.sealing.keyd.values import Destruction
from jikim.store.live.models import Intent

log = logging.getLogger(__name__)

# The whole house is in trouble, not one record: stop, and let the next round try everything again.
HOUSE_TROUBLE = (OperationalError, KeyringUnavailable, StoreUnavailable)
MOST_VALUES = 256  # of one question to the keyring


def destroy_keys(begun: Sequence[Intent]) -> None:
    """Destroy the keys of several records at once. Each record's own step asks again, and hears what is wrong with it.

    raises: HOUSE_TROUBLE; every intent stays as it is
    """
    for some in _groups(begun):
        try:
            sealing.current().destroy([request for intent in some for request in _requests(intent)])
        except HOUSE_TROUBLE:
            raise
        except JikimError as error:
            log.info("%d records go one by one: %s", len(some), type(error).__name__)


def _requests(intent: Intent) -> list[Destruction]:
    moves = intent.body.get("verb") == Fate.SET_ASIDE
    return [intents.destruction(intent)] if moves else destroy.requests(intent)


def _groups(begun: Sequence[Intent]) -> Iterator[list[Intent]]:
    """Put neighbours together, as many as fit; a record that is alone needs nobody to go ahead of it."""
    group: list[Intent] = []
    for intent in begun:
        if group and sum(len(intents.ids_of(one)) for one in (*group, intent)) > MOST_VALUES:
            yield group
            group = []
        group.append(intent)
    if len(group) > 1:
        yield group
