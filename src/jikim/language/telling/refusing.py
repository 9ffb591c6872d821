"""That a consent may be refused, and what refusing costs: each consent for itself (PIPA arts. 15(2)4, 16(2)-(3), 22(5)).

A purpose says what refusing it costs, and the right is told before it. For what a form cannot do without, the
collection may say both for all of them. An optional consent about which nobody says anything costs nothing but what it
is for, because the form is taken without it.
"""

from collections.abc import Sequence

from jikim.domain.consent import needed, refusable
from jikim.domain.inquiry import Collection, Purpose
from jikim.language.telling.teller import Teller


def refusal(tell: Teller, collection: Collection, asked: Sequence[Purpose]) -> str:
    """Tell what refusing costs, one line a consent; more than one are told apart by their purposes.

    asked: the purposes that rest on consent
    """
    if not asked:
        return tell.text(collection.refusal)
    costs = {purpose.name: _cost(tell, collection, purpose) for purpose in asked}
    if len(set(costs.values())) == 1:
        return costs[asked[0].name]
    return "\n".join(f"{tell.text(purpose.label)}: {costs[purpose.name]}" for purpose in asked)


def beside(tell: Teller, collection: Collection, purpose: Purpose) -> str:
    """Say beside the box of an optional consent that it may stay empty, and what that costs; "" beside the others."""
    if purpose.name not in refusable(tell.policy, collection):
        return ""
    free = tell("동의하지 않아도 보내실 수 있습니다.", "You can send without agreeing.")
    return f"{free} {tell.text(purpose.refusal)}".strip()


def _cost(tell: Teller, collection: Collection, purpose: Purpose) -> str:
    right = tell("동의하지 않으실 수 있습니다.", "You may refuse.")
    if own := tell.text(purpose.refusal):
        return f"{right} {own}"
    free = refusable(tell.policy, collection)
    needs_another = bool(set(needed(tell.policy, collection)) - free)  # the collection's words are then of that one
    if purpose.name not in free:
        return tell.text(collection.refusal) or right
    of_all = "" if needs_another else tell.text(collection.refusal)
    return of_all or f"{right} {_nothing(tell, collection, purpose)}"


def _nothing(tell: Teller, collection: Collection, purpose: Purpose) -> str:
    """Say that refusing has no cost, and which items are then not taken: those that no other purpose is for."""
    others = [other for other in tell.policy.purposes if other.name in collection.purposes and other is not purpose]
    shared = {item for other in others for item in other.items}
    alone = [item for item in purpose.items if item in collection.items and item not in shared]
    if not alone:
        return tell("동의하지 않으셔도 불이익은 없습니다.", "Refusing has no disadvantage for you.")
    items = tell.items(alone)
    return tell(
        f"그러면 {tell.particle(items, '을')} 받지 않을 뿐 불이익은 없습니다.",
        f"We then do not take {items}; refusing has no disadvantage for you.",
    )
