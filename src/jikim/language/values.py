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
        raise PydanticCustomError("bad_period", "{hint}", {"hint": error.hint}) from None
    return words


def _moment(value: object) -> str:
    try:
        return moment.stated(value)
    except TypeError:
        raise PydanticCustomError("date_type", "a date") from None
    except ValueError:
        hint = "write 2026-10-02 or 2026-10-02T00:00:00+09:00"
        raise PydanticCustomError("bad_moment", "{hint}", {"hint": hint}) from None


# The words of the file arrive as texts; strict mode would accept only members of the enum.
Word = Strict(strict=False)

Name = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")
]  # 40: the width of the columns that hold it
Names = list[Name]
Words = dict[Annotated[Language, Word], Annotated[str, StringConstraints(min_length=1, max_length=4000)]]
Duration = Annotated[str, AfterValidator(_period)]
Moment = Annotated[str, BeforeValidator(_moment), WithJsonSchema({"type": "string", "examples": ["2026-10-02"]})]
PackRef = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}:[a-z0-9][a-z0-9-]{0,59}$")]
NoneAtAll = Literal["none"]


def said(words: Mapping[Language, str]) -> Text:
    """Return the words of the file as one text."""
    return Text.of({language.value: spoken for language, spoken in words.items()})
