"""The fields of a form: one for each item the policy asks, with what was typed and what is wrong with that."""

from collections.abc import Mapping
from dataclasses import dataclass

from jikim.domain import intake
from jikim.domain.inquiry import Collection, Item
from jikim.domain.policy import Policy
from jikim.domain.terms import ItemKind
from jikim.web import faults, waiting
from jikim.web.waiting import Held

COMPLETES = {
    ItemKind.EMAIL: "email",
    ItemKind.PHONE: "tel",
    ItemKind.ADDRESS: "street-address",
    ItemKind.BIRTH_DATE: "bday",
}
INPUTS = {ItemKind.EMAIL: "email", ItemKind.PHONE: "tel", ItemKind.BIRTH_DATE: "date"}
WIDGETS = {ItemKind.LONGTEXT: "area", ItemKind.ADDRESS: "area", ItemKind.FILES: "files", ItemKind.CHOICE: "choice"}


@dataclass(frozen=True, slots=True)
class Field:
    """One asked item, what was typed into it, and what is wrong with that ("" when nothing is)."""

    item: Item
    required: bool
    value: str
    mistake: str
    held: tuple[Held, ...] = ()  # files that wait to be sent with it

    @property
    def must_be_filled(self) -> bool:
        return self.required and not self.held

    @property
    def most_chars(self) -> int:
        return intake.most_chars(self.item)

    @property
    def limits(self) -> tuple[tuple[str, str], ...]:
        """What the page's own script checks by, and says."""
        return tuple(faults.limits(self.item, required=self.required))

    @property
    def widget(self) -> str:
        """The template of the control for this kind of item."""
        return f"components/widgets/{WIDGETS.get(self.item.kind, 'line')}.html"

    @property
    def input(self) -> str:
        """The type of an input of one line."""
        return INPUTS.get(self.item.kind, "text")

    @property
    def completes(self) -> str:
        """What a browser may fill in here for the person; "" for words of their own.

        Never "off": a browser keeps nothing of such a field, and whoever goes back after a refusal finds it empty.
        """
        return COMPLETES.get(self.item.kind, "")


@dataclass(frozen=True, slots=True)
class FieldOfAnother(Field):
    """A field that somebody fills in for another: no browser may remember it, or offer the words of the last one."""

    @property
    def completes(self) -> str:
        return "off"


def of(
    policy: Policy,
    asked: Collection,
    typed: Mapping[str, str],
    wrong: Mapping[str, str],
    held: tuple[Held, ...] = (),
) -> tuple[Field, ...]:
    """Return a collection's fields in its order.

    held: the files that wait for this form
    """
    return tuple(_field(policy.item(name), asked, typed, wrong, held) for name in asked.asked)


def again(item: Item, value: str, held: tuple[Held, ...]) -> Field:
    """Return a field as it was filled in, where nobody can be asked what its form asks for."""
    return Field(item, item.kind == ItemKind.LONGTEXT, value, "", waiting.of_item(held, item.name))


def for_somebody(
    policy: Policy,
    asked: Collection,
    typed: Mapping[str, str],
    wrong: Mapping[str, str],
    held: tuple[Held, ...] = (),
) -> tuple[Field, ...]:
    """Return a collection's fields, to be filled in at the desk for who wrote or called."""
    return tuple(
        FieldOfAnother(field.item, field.required, field.value, field.mistake, field.held)
        for field in of(policy, asked, typed, wrong, held)
    )


def _field(
    item: Item, collection: Collection, typed: Mapping[str, str], wrong: Mapping[str, str], held: tuple[Held, ...]
) -> Field:
    value = "" if item.kind == ItemKind.FILES else typed.get(item.name, "")
    waits = waiting.of_item(held, item.name)
    return Field(item, item.name in collection.required, value, wrong.get(item.name, ""), waits)
