"""A conversation in the reader's words: who spoke, when, and each item under its label."""

from dataclasses import dataclass, field
from datetime import datetime

from jikim.actions.conversation import AttachedFile, OpenedInquiry
from jikim.domain.policy import Policy
from jikim.domain.terms import ItemKind
from jikim.web import lives


@dataclass(frozen=True, slots=True)
class Said:
    """One opened item."""

    label: str
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    by_person: bool
    sent_at: datetime
    said: tuple[Said, ...]
    files: tuple[AttachedFile, ...]


def of(opened: OpenedInquiry, policy: Policy, language: str, *, traces: bool) -> tuple[SpokenTurn, ...]:
    """Tell the turns in order, the items of each in the order of the policy.

    traces:  whether to tell what the site recorded by itself; the person sees it, answering an inquiry needs none of it
    returns: nothing at all once no turn has anything left to read
    """
    order = {item.name: place for place, item in enumerate(policy.items)}
    left_out = set() if traces else {item.name for item in policy.items if item.kind is ItemKind.ACCESS_LOG}
    told = tuple(
        SpokenTurn(
            turn.author == "person",
            turn.sent_at,
            tuple(
                Said(
                    lives.item_label(policy, value.item, language),
                    lives.choice_label(policy, value.item, value.words, language),
                )
                for value in sorted(turn.values, key=lambda value: order.get(value.item, len(order)))
                if value.item not in left_out
            ),
            turn.files,
        )
        for turn in opened.turns
    )
    return told if any(turn.said or turn.files for turn in told) else ()
