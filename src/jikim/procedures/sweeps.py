"""Sweeping up what failed forms and crashes leave: keys that no row names, sealed files that no row names.

A database that was put back from an old copy, or is the wrong one, would make all keys look so. Where it names not one
of a day's keys or of a store's files, they are left alone, and the log says so.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import groupby, islice
from typing import TypeVar
from uuid import UUID, uuid4

from django.apps import apps

from jikim import environment, sealing
from jikim.actions import unauthorized_use
from jikim.clock import policy_today, wall_now
from jikim.domain.destruction import LIVE, SEPARATE
from jikim.domain.leaf import DestroyReason
from jikim.domain.period import last_day, legal_day
from jikim.queries import access, policies, staff
from jikim.sealing.file_store import attachments
from jikim.sealing.keyd.values import Destruction
from jikim.sealing.keyring import KeyState
from jikim.sealing.waiting import LIFE
from jikim.store.live.models import ItemValue, LeftKey, UnauthorizedUse
from jikim.store.separate.models import SeparateItem

log = logging.getLogger(__name__)

T = TypeVar("T")
KEYS_AFTER, FILES_AFTER = timedelta(days=2), timedelta(days=1)  # a form under way has half an hour
AT_ONCE = 256
MAIL = "mail"
NEVER_SEALED = bytes(32)  # as the digest of an envelope that nobody has


def keys() -> int:
    """Destroy keys that were handed out more than two days ago and that no row names; returns how many.

    raises: what the keyring raises; what was not destroyed is found again
    """
    before = min(policy_today(), legal_day(wall_now())) - KEYS_AFTER
    return sum(_sweep_keys(store, before) for store in (LIVE, MAIL))


def left_keys() -> int:
    """Destroy the keys that nothing of the staff's needs any more; returns how many."""
    states = sealing.current().states(staff.left_keys())
    alive = [kid for kid, state in states.items() if state is KeyState.ALIVE]
    _destroy(alive, DestroyReason.RETENTION_EXPIRED)
    LeftKey.objects.filter(kid__in=list(states)).delete()
    return len(alive)


def attempts(on: date) -> int:
    """Destroy the notes of unauthorized use whose period has ended, and forget them; returns how many."""
    over = [one.id for one in access.attempts_sealed() if on > _last_day(one)]
    rows = list(UnauthorizedUse.objects.filter(id__in=over))
    for part in _parts(rows):
        sealing.current().destroy([_ending(row) for row in part])
        UnauthorizedUse.objects.filter(id__in=[row.id for row in part]).delete()
    return len(rows)


def files() -> int:
    """Remove sealed files that are older than a day and that no row names; returns how many."""
    before = wall_now() - FILES_AFTER
    stores = (LIVE, SEPARATE) if environment.knows_separate() else (LIVE,)
    for store in stores:
        attachments(store).sweep(before)
    return sum(_sweep_files(store, before.date(), attachments(store).names(before=before)) for store in stores)


def waiting_files() -> int:
    """Remove files whose form was not sent within half an hour, and what broke off on its way; returns how many.

    What opens them was in that form alone, under a key of one process's memory.
    """
    return attachments(LIVE).sweep(wall_now() - LIFE)


def named_keys(kids: Sequence[int]) -> set[int]:
    """Return which of these keys a row of `live` names: any column of keys, and the secrets of second factors."""
    found = set(staff.credential_kids())
    for model in apps.get_app_config(LIVE).get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001 - documented
            if field.name == "kid" or field.name.endswith("_kid"):
                named = model._default_manager.filter(**{f"{field.name}__in": list(kids)})  # noqa: SLF001 - documented
                found |= set(named.values_list(field.name, flat=True))
    return found & set(kids)


def _sweep_keys(store: str, before: date) -> int:
    gone = 0
    for cohort, group in groupby(sealing.current().handed_out(store, before), key=lambda kid: kid >> 16):
        named, unused = 0, list[int]()
        for kids in _parts(group):
            known = named_keys(kids)
            named += len(known)
            unused += [kid for kid in kids if kid not in known]
        if unused and not named and store == LIVE:
            log.warning("no row names any of %d keys of cohort %d: they are left alone", len(unused), cohort)
            continue
        _destroy(unused, DestroyReason.UNUSED)
        gone += len(unused)
    return gone


def _last_day(attempt: access.Attempt) -> date:
    """Return the last day on which a rule of the policy that named it keeps a note; it counts from the day it tells."""
    retention = policies.governing(attempt.policy_number).policy.retention
    rules = [rule for rule in retention.rules_for(unauthorized_use.CLASS) if attempt.item in rule.items]
    return max((last_day(attempt.on, rule.period) for rule in rules), default=attempt.on)


def _ending(row: UnauthorizedUse) -> Destruction:
    policy = policies.governing(row.policy_number or 0).sha256
    envelope = {row.kid or 0: sha256(bytes(row.envelope)).digest()}
    return Destruction(row.id, DestroyReason.RETENTION_EXPIRED, policy, envelope)


def _destroy(kids: Iterable[int], reason: DestroyReason) -> None:
    published = policies.in_force()
    if published is None:
        return
    for part in _parts(kids):
        request = Destruction(uuid4(), reason, published.sha256, dict.fromkeys(part, NEVER_SEALED))
        sealing.current().destroy([request])


def _sweep_files(store: str, before: date, names: Iterable[UUID]) -> int:
    named, unused = 0, list[UUID]()
    for part in _parts(names):
        rows = (ItemValue if store == LIVE else SeparateItem).objects.filter(file__in=part)
        known = set(rows.values_list("file", flat=True))
        named += len(known)
        unused += [name for name in part if name not in known]
    if unused and not named:
        log.warning("no row names any of %d files of %s from before %s: they stay", len(unused), store, before)
        return 0
    for name in unused:
        attachments(store).remove(name)
    return len(unused)


def _parts(whole: Iterable[T]) -> Iterator[list[T]]:
    feed = iter(whole)
    while part := list(islice(feed, AT_ONCE)):
        yield part
