"""The values a policy file may hold, each with its spelling. Nothing is converted: what was written is what is kept."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Strict, StringConstraints
from pydantic.json_schema import WithJsonSchema
from pydantic_core import PydanticCustomError

from jikim.domain.errors import Misused
from jikim.domain.period import Period
from jikim.domain.terms import Text
from jikim.domain.vocabulary import Language
from jikim.language import moment


def _period(words: str) -> str:
    try:
        Period.parse(words)
    except Misused as error:
        raise _bad("period", error.hint.removeprefix("write ")) from None
    return words


def _length(words: str) -> str:
    if Period.parse(_period(words)) == Period():
        raise _bad("period", "a period of at least a day, such as P1D")
    return words


def _moment(value: object) -> str:
    try:
        return moment.stated(value)
    except TypeError:
        raise PydanticCustomError("date_type", "a date") from None
    except ValueError:
        raise _bad("moment", "2026-10-02 or 2026-10-02T00:00:00+09:00") from None


def _bad(what: str, wanted: str) -> PydanticCustomError:
    return PydanticCustomError(f"bad_{what}", "{hint}", {"hint": wanted})


# The words of the file arrive as texts; strict mode would accept only members of the enum.
Word = Strict(strict=False)

Name = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")
]  # 40: the width of the columns that hold it
Names = list[Name]
# Line ends and tabs may stand in words; what nobody sees may not: control characters, invisible spaces, turned text.
PRINTED = (
    r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3164\ufeff\uffa0]*$"
)
Words = dict[
    Annotated[Language, Word], Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=PRINTED)]
]
Email = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
]  # without what would mean more than an address in a mailto: link
Duration = Annotated[str, AfterValidator(_period)]
Length = Annotated[str, AfterValidator(_length)]  # a period that is not over as it begins
Moment = Annotated[str, BeforeValidator(_moment), WithJsonSchema({"type": "string", "examples": ["2026-10-02"]})]
PackRef = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}:[a-z0-9][a-z0-9-]{0,59}$")]
NoneAtAll = Literal["none"]


def said(words: Mapping[Language, str]) -> Text:
    """Return the words of the file as one text."""
    return Text.of({language.value: spoken for language, spoken in words.items()})
