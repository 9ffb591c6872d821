"""Telling programs from people, with nobody else's help and never a puzzle. Each layer is weak, and none asks anything.

A field that no person sees · the time between serving and sending · a count per source · a proof of work, which stands
in for the other two where a browser brought it. Whoever is stopped is told why, for how long, and keeps every word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.http import HttpRequest

from jikim.sealing.keyring import KeyringUnavailable
from jikim.web import errors, sources
from jikim.web.public import form, throttle, work
from jikim.web.public.served import Served

HASTY_SECONDS = 3  # less than anybody needs to read, type and agree


class Layer(StrEnum):
    TRAP = "trap"
    HASTE = "haste"
    CROWD = "crowd"


@dataclass(frozen=True, slots=True)
class Stopped:
    """What stopped a form, and for how many seconds at most."""

    layer: Layer
    seconds: int = 0


def stopping(request: HttpRequest, words: Mapping[str, str], proof: Served, now: datetime) -> Stopped | None:
    """Return what stops a form; None lets it be stored, and counts it. Raises what the keyring raises."""
    if words.get(form.TRAP):
        return Stopped(Layer.TRAP)
    has_worked = work.is_done(words.get(form.SERVED, ""), words.get(form.WORK, ""))
    age = now.timestamp() - proof.at
    if not has_worked and age < HASTY_SECONDS and not sources.is_at_home(request):
        return Stopped(Layer.HASTE, HASTY_SECONDS)
    if not sources.is_told_apart(request):
        return None
    most = throttle.MOST_WORKED if has_worked else throttle.MOST_SENT
    source = sources.network_of(request)
    if minutes := throttle.sent_forms.wait_minutes(source, most):
        return Stopped(Layer.CROWD, minutes * 60)
    throttle.sent_forms.count(source)
    return None


def may_wait(request: HttpRequest, length: int) -> bool:
    """Say whether so many bytes of a file may wait for their form, and count them."""
    try:
        if getattr(request, "keyring_away", False) or not sources.is_told_apart(request):
            return True  # nobody can be told apart; what all files together may take is bounded too
        source = sources.network_of(request)
        if throttle.waiting_bytes.wait_minutes(source, throttle.MOST_WAITING_BYTES - length):
            return False
        throttle.waiting_bytes.count(source, length)
    except KeyringUnavailable:
        errors.without_keyring(request)
    return True
