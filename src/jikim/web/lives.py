"""The life line in the reader's words: the same five nodes on the receipt, the person's page and the desk."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from jikim.clock import policy_today
from jikim.domain.period import Period
from jikim.domain.policy import Policy
from jikim.domain.terms import Event, Why
from jikim.queries.life import Life, LifeItem, LifeNode, Node, Tense
from jikim.web import wording


@dataclass(frozen=True, slots=True)
class Point:
    """One node as it stands on a page. `shape` names its drawing; `tense` says the same to who does not see it."""

    name: str
    on: date | None
    shape: str
    tense: str
    note: str


@dataclass(frozen=True, slots=True)
class Keeping:
    """One item of the record: where it is, on what ground it stays, and the days between which it is destroyed."""

    label: str
    values: int
    is_set_aside: bool
    ground: str  # "" while nothing but its purpose keeps it
    destroyed: str  # when, in words


def points(life: Life, policy: Policy, language: str, *, agreed: bool = True) -> tuple[Point, ...]:
    """Tell the life line. agreed: whether it came through the form, whose notice a person agreed beside."""
    told = tuple(_point(node, life, policy, language) for node in life.nodes)
    if agreed:
        return told
    under = _("Under version %(number)s") % {"number": dict(life.node(Node.RECEIVED).notes)["policy"]}
    return tuple(replace(point, note=under) if point.name == _name(Node.RECEIVED) else point for point in told)


def keepings(items: tuple[LifeItem, ...], policy: Policy, language: str) -> tuple[Keeping, ...]:
    """Tell the clock of every item, in the order the policy names them."""
    order = {item.name: place for place, item in enumerate(policy.items)}
    told = sorted(items, key=lambda item: order.get(item.item, len(order)))
    return tuple(_keeping(item, policy, language) for item in told)


def item_label(policy: Policy, name: str, language: str) -> str:
    """Say an item's name; one the policy no longer knows is shown as it is written in the file."""
    return next((item.label.say(language) for item in policy.items if item.name == name), name)


def choice_label(policy: Policy, name: str, word: str, language: str) -> str:
    """Say the choice that a stored word of an item means; words of other items, and unknown ones, stay as they are."""
    choices = (choice for item in policy.items if item.name == name for choice in item.choices)
    return next((label.say(language) for known, label in choices if known == word), word)


def class_label(policy: Policy, name: str, language: str) -> str:
    return next((kind.label.say(language) for kind in policy.record_classes if kind.name == name), name)


def ground(policy: Policy, rule_name: str, language: str) -> str:
    """Say which rule keeps something: its kind of record, its period, and whether a law or the company asks for it."""
    rule = next((rule for rule in policy.retention.rules if rule.name == rule_name), None)
    if rule is None:
        return rule_name
    facts = {"records": class_label(policy, rule.records, language), "period": wording.period(rule.period, language)}
    if rule.why is Why.LAW:
        return _("%(records)s, %(period)s by law") % facts
    return _("%(records)s, %(period)s by our own rule") % facts


def start_event(policy: Policy, record_class: str) -> str:
    """Say the event a class's period starts with; several laws may count from the same one."""
    events = {rule.start for rule in policy.retention.rules_for(record_class) if rule.why is Why.LAW}
    return ", ".join(_event(event) for event in sorted(events))


def _event(event: Event) -> str:
    return {
        Event.CONTRACT_ENDED: _("the contract ended or was withdrawn"),
        Event.SUPPLY_COMPLETED: _("payment and supply were completed"),
        Event.TRANSACTION_SETTLED: _("the transaction was settled"),
        Event.COMPLAINT_RESOLVED: _("the complaint or dispute was resolved"),
        Event.ABUSE_CLOSED: _("the case of unauthorized use was closed"),
        Event.PURPOSE_ACHIEVED: _("the purpose was achieved"),
    }.get(event, event.value)


def _point(node: LifeNode, life: Life, policy: Policy, language: str) -> Point:
    skipped = node.name == Node.SET_ASIDE and node.day is None and _over_or_known(life)
    shape = "is-skipped" if skipped else f"is-{node.state.value}"
    tense = _("does not apply") if skipped else _tense(node.state)
    end = " is-end" if node.name == Node.DESTROYED else ""
    on = None if _is_only_a_limit(node, life) else node.day
    return Point(_name(node.name), on, shape + end, tense, _note(node, policy, language, skipped=skipped))


def _is_only_a_limit(node: LifeNode, life: Life) -> bool:
    """Say whether a node's day is only the latest it can be: an open inquiry would end by itself then."""
    ends = node.name in (Node.ACHIEVED, Node.DESTROYED) and node.state is Tense.FUTURE
    return ends and "resolved" not in dict(life.node(Node.ACHIEVED).notes)


def _over_or_known(life: Life) -> bool:
    """Say whether it is certain that nothing of the record is set aside: its class is given, or its life is over."""
    told = dict(life.node(Node.ACHIEVED).notes)
    return "class" in told or life.node(Node.DESTROYED).state is Tense.PAST


def _name(node: Node) -> str:
    return {
        Node.RECEIVED: _("Received"),
        Node.ANSWERED: _("Answered"),
        Node.ACHIEVED: _("Purpose achieved"),
        Node.SET_ASIDE: _("Set aside"),
        Node.DESTROYED: _("Destroyed"),
    }[node]


def _tense(state: Tense) -> str:
    return {Tense.PAST: _("done"), Tense.NOW: _("now"), Tense.FUTURE: _("to come")}[state]


def _note(node: LifeNode, policy: Policy, language: str, *, skipped: bool) -> str:
    told = dict(node.notes)
    match node.name:
        case Node.RECEIVED:
            return _("Agreed to version %(number)s") % {"number": told["policy"]}
        case Node.ANSWERED:
            return "" if node.day else _unanswered(node)
        case Node.ACHIEVED:
            return _achieved(node, told, policy, language)
        case Node.SET_ASIDE:
            return _set_aside(node, policy, language, skipped=skipped)
        case Node.DESTROYED:
            return _destroyed(node, told, language)


def _unanswered(node: LifeNode) -> str:
    return _("We are on it") if node.state is not Tense.PAST else _("Ended without an answer")


def _achieved(node: LifeNode, told: Mapping[str, str], policy: Policy, language: str) -> str:
    if node.state is not Tense.FUTURE:
        return class_label(policy, told["class"], language) if "class" in told else ""
    if "resolved" in told:
        return _("If no new word comes until then")
    facts = {"day": wording.day(node.day, language) if node.day else "", "quiet": _quiet(told, language)}
    if node.day:
        return _("%(quiet)s after we settle it, at the latest on %(day)s") % facts
    return _("%(quiet)s after we settle it") % facts


def _quiet(told: Mapping[str, str], language: str) -> str:
    return wording.period(Period.parse(told["quiet"]) if "quiet" in told else Period(), language)


def _set_aside(node: LifeNode, policy: Policy, language: str, *, skipped: bool) -> str:
    if skipped:
        return _("Nothing needs to be kept longer")
    grounds = [ground(policy, fact, language) for key, fact in node.notes if key == "rule"]
    return "; ".join(grounds) or _("Only what a law still keeps")


def _destroyed(node: LifeNode, told: Mapping[str, str], language: str) -> str:
    if node.state is Tense.PAST:
        return _("With a certificate")
    if "by" in told:
        last = wording.day(date.fromisoformat(told["by"]), language)
        return _("At the latest on %(day)s, with a certificate") % {"day": last}
    if "unless" in told:
        last = wording.day(date.fromisoformat(told["unless"]), language)
        return _("At the latest on %(day)s unless a law keeps it, with a certificate") % {"day": last}
    if "awaits" in told:
        return _("Once we have decided whether a law keeps it")
    return _("At the end, with a certificate")


def _keeping(item: LifeItem, policy: Policy, language: str) -> Keeping:
    return Keeping(
        label=item_label(policy, item.item, language),
        values=item.values,
        is_set_aside=item.store == "separate",
        ground=ground(policy, item.rule, language) if item.rule else "",
        destroyed=_when(item, language),
    )


def _when(item: LifeItem, language: str) -> str:
    """Say when an item is destroyed; the first day only where a rule forbids an earlier one."""
    if item.window is None or item.destroyed_from is None:
        return _("Once its purpose ends")
    days = {"first": wording.day(item.destroyed_from, language), "last": wording.day(item.window.destroy_by, language)}
    if item.awaits_class and item.window.destroy_by < policy_today():
        return _("Once we have decided whether a law keeps it")
    if item.awaits_class:
        return _("At the latest %(last)s unless a law keeps it") % days
    return (_("From %(first)s, at the latest %(last)s") if item.rule else _("At the latest %(last)s")) % days
