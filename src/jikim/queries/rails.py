"""The rails round destruction as they stand now: what goes, what waits and why, which lists wait for whose yes.

The desk shows it and the worker keeps to it, both from here, so that nothing waits that nobody is told of.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from uuid import UUID

from jikim import clock, sealing
from jikim.clock import policy_now, wall_now
from jikim.domain.approval import Approval, Signature, changed, covered, read_action
from jikim.domain.checkpoint import read_checkpoint, read_note
from jikim.domain.destruction import Action, Plan
from jikim.domain.guard_rails import AHEAD, RAILS, Admitted, Ground, admit, cap, dry, refuse_jump, stand
from jikim.domain.period import legal_day
from jikim.domain.separation import Fate
from jikim.packs.days_off import holidays as days_off
from jikim.queries import approvers, due
from jikim.queries.facts import being_destroyed
from jikim.queries.policies import all_versions
from jikim.sealing.keyd.build import build_digest
from jikim.store.live.models import ApprovalList, DestructionDay, VouchedClock
from jikim.store.live.models import Ground as GroundRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """A list that is not done yet. takes_effect_at: None while a yes is missing."""

    approval: Approval
    shown_on: date
    sign_by: date
    takes_effect_at: datetime | None


def state(plan: Plan) -> Admitted:
    """Part a day's plan into what goes now and what waits; raises what the keyring raises.

    What was begun is finished in any case and was counted on its own day: it takes no room from the others.
    """
    if not plan.actions:
        return Admitted((), (), 0)
    begun = being_destroyed()
    agreed = approved_actions(plan.on).union(action for action in plan.actions if action.value_id in begun)
    return admit(plan, left=left(plan, agreed), approved=agreed, dry=only_shown(plan))


def waiting() -> tuple[Waiting, ...]:
    """Return the lists that wait, the most urgent first; raises what the keyring raises."""
    rows = ApprovalList.objects.filter(ended_on=None).order_by("sign_by", "digest")
    alone = approvers.works_alone()
    approvals = ((row, approval_of(row)) for row in rows)
    return tuple(Waiting(one, row.shown_on, row.sign_by, one.takes_effect_at(alone=alone)) for row, one in approvals)


def approval_of(row: ApprovalList) -> Approval:
    """Return a list with the yeses that the key daemon keeps; a row in a database is none."""
    listed = tuple(read_action(facts) for facts in row.listed)
    given = sealing.current().approvals(row.digest)
    return Approval(listed, tuple(Signature(by, at) for by, at in given))


def approved_actions(on: date) -> frozenset[Action]:
    """Return what the lists that wait let go now."""
    rows = list(ApprovalList.objects.filter(ended_on=None))
    if not rows:
        return frozenset()
    decided, alone = set(due.foreseen_until(on + AHEAD, on)), approvers.works_alone()
    now = wall_now()
    parts = (covered(one, decided, gone(one), now=now, alone=alone) for one in map(approval_of, rows))
    return frozenset().union(*parts)


def lapsed(row: ApprovalList, decided: Collection[Action]) -> str:
    """Say how a list has ended: "done", "changed", or "" while it stands."""
    approval = Approval(tuple(read_action(facts) for facts in row.listed))
    done = gone(approval)
    if len(done) == len(approval.listed):
        return "done"
    return "changed" if changed(approval, decided, done) else ""


def gone(approval: Approval) -> frozenset[UUID]:
    listed = {action.value_id for action in approval.listed}
    return frozenset(listed - due.exist(listed))


def only_shown(plan: Plan) -> frozenset[Action]:
    """Return what is only shown today, because the program or a policy decides for the first time."""
    row = GroundRow.objects.order_by("-id").first()
    if row is None:
        return frozenset()
    now = stand(as_ground(row), *decides(plan.on), plan.on)
    known = row.expected if now == as_ground(row) else row.foreseen
    expected = set(known)
    return dry(plan, now, lambda action: short(action) in expected)


def decides(on: date) -> tuple[str, tuple[str, ...]]:
    """Return the program and the policies that decide on a day, as digests."""
    return _build(), tuple(sorted(one.sha256 for one in all_versions() if legal_day(one.effective_at) <= on))


@cache
def _build() -> str:
    """Return what this process runs; reading the sources once is enough, for it runs no others."""
    return build_digest()


def as_ground(row: GroundRow) -> Ground:
    return Ground(row.build, tuple(row.policies), row.since)


def short(action: Action) -> str:
    """Return the digest under which an action is remembered as foreseen."""
    return sha256(repr(sorted(action.facts().items())).encode()).hexdigest()[:32]


def left(plan: Plan, approved: Collection[Action] = frozenset()) -> int:
    """Return how many values may still go today without an approval; counting all values only where it matters."""
    row = DestructionDay.objects.filter(on=plan.on).first()
    gone_today = row.freely if row else 0
    wanted = sum(action.verb == Fate.DESTROY and action not in approved for action in plan.actions)
    if wanted + gone_today <= RAILS.least:
        return RAILS.least - gone_today
    return max(0, cap_on(plan.on) - gone_today)


def cap_on(on: date) -> int:
    days = DestructionDay.objects.filter(on__lt=on).order_by("-on")[: RAILS.days]
    freely = [row.freely for row in days if (on - row.on).days <= RAILS.days]
    return cap(due.alive(), freely)


def refuse_wrong_clock() -> None:
    """Hold the clock against the journal and against what somebody vouched for; raises ClockJumped.

    Where the policy clock may travel, as in a demo home, it is meant to.
    """
    if clock.may_travel():
        return
    vouched = VouchedClock.objects.order_by("-at").first()
    known = [*_journal_says(), *([vouched.at] if vouched else [])]
    refuse_jump(policy_now(), known=known)


def holidays(first: date) -> frozenset[date]:
    """Return the days off that lists are shown ahead of."""
    calendars = {one.policy.retention.calendar for one in all_versions()}
    years = first.year, (first + AHEAD).year + 1
    return frozenset(day for calendar in calendars for day in days_off(calendar, *years))


def _journal_says() -> Iterable[datetime]:
    """Return the time of the newest entry; none while there is none."""
    size = read_checkpoint(read_note(sealing.current().checkpoint()).text).size
    return [sealing.current().leaf(size - 1).at] if size else []
