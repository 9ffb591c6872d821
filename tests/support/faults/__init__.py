"""Every code of `policy check`, each with two policies that have it and one that comes near."""

from tests.support.faults import duties, people, texts, words
from tests.support.mutation import Fault

FAULTS: dict[str, Fault] = {**words.FAULTS, **duties.FAULTS, **people.FAULTS, **texts.FAULTS}
