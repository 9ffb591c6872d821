"""Seven verbs, three lawful uses, one table: what is set aside is kept, not used."""

from uuid import UUID

import pytest

from jikim.domain.destruction import LIVE, SEPARATE
from jikim.domain.storage_only import LAWFUL, SECOND_PERSON, Occasion, StorageOnly, Verb, permit
from jikim.domain.terms import LawfulUse
from tests.support.records import POLICY

ONE, OTHER = UUID(int=1), UUID(int=2)
ALL = frozenset(LawfulUse)
#                 authority  dispute  subject access
TABLE = {
    Verb.VIEW: (True, True, True),
    Verb.SEARCH: (True, False, False),  # only an authority names a person; the others come with their record
    Verb.MODIFY: (False, False, False),
    Verb.EXPORT: (True, True, True),
    Verb.SHARE: (True, True, False),
    Verb.PERSONALISE: (False, False, False),
    Verb.MEASURE: (False, False, False),
}
ROWS = [(verb, use, may) for verb, row in TABLE.items() for use, may in zip(LawfulUse, row, strict=True)]


def test_the_table_has_every_verb_and_every_use() -> None:
    assert set(TABLE) == set(Verb)
    assert set(LAWFUL) == set(LawfulUse)


@pytest.mark.parametrize("verb", Verb)
def test_what_is_set_aside_is_refused_to_every_ordinary_verb(verb: Verb) -> None:
    with pytest.raises(StorageOnly, match="for storage only"):
        permit(verb, SEPARATE, allowed=ALL)


@pytest.mark.parametrize("verb", Verb)
def test_what_is_live_is_not_asked_about(verb: Verb) -> None:
    permit(verb, LIVE, allowed=())


@pytest.mark.parametrize(("verb", "use", "may"), ROWS)
def test_a_lawful_use_opens_its_own_verbs_and_no_others(verb: Verb, use: LawfulUse, may: bool) -> None:
    if may:
        permit(verb, SEPARATE, occasion=Occasion(use, ONE, OTHER), allowed=POLICY.retention.allowed)
    else:
        with pytest.raises(StorageOnly, match=f"{use} does not allow to {verb}"):
            permit(verb, SEPARATE, occasion=Occasion(use, ONE, OTHER), allowed=POLICY.retention.allowed)


@pytest.mark.parametrize("use", LawfulUse)
def test_a_use_that_the_policy_does_not_name_is_refused(use: LawfulUse) -> None:
    with pytest.raises(StorageOnly, match="see `allowed`"):
        permit(Verb.VIEW, SEPARATE, occasion=Occasion(use, ONE, OTHER), allowed=ALL - {use})


@pytest.mark.parametrize("second", [None, ONE])
@pytest.mark.parametrize("use", LawfulUse)
def test_nobody_opens_for_authority_or_dispute_alone(use: LawfulUse, second: UUID | None) -> None:
    occasion = Occasion(use, ONE, second)
    if use in SECOND_PERSON:
        with pytest.raises(StorageOnly, match="needs a second person"):
            permit(Verb.VIEW, SEPARATE, occasion=occasion, allowed=ALL)
    else:
        permit(Verb.VIEW, SEPARATE, occasion=occasion, allowed=ALL)  # a person asks for their own
