"""A pack file is read strictly: one wrong key, and no part of it is used."""

from datetime import date, timedelta

import pytest

from jikim import packs
from jikim.packs.table import BrokenPack

ONE = """
[pack]
id = "xx"
name = { ko = "나라", en = "Country" }
as_of = 2026-10-31

[law.act]
name = { ko = "법", en = "Act" }
citation = { ko = "법률 제1호", en = "Act No. 1" }
valid_from = 2020-01-01
valid_to = 2030-12-31

[floor.books]
name = { ko = "장부", en = "Books" }
citation = { ko = "법 제1조", en = "Act art. 1" }
law = "act"
period = "P5Y"
start = "books.closed"
start_stated = true
kinds = ["text"]
binds = { ko = "상인", en = "Merchants" }

[deadline.answer]
name = { ko = "답", en = "Answer" }
citation = { ko = "법 제2조", en = "Act art. 2" }
starts = { ko = "요구", en = "Request" }
measure = "within"
limit = "P10D"

[duty.basis]
name = { ko = "근거", en = "Ground" }
citation = { ko = "법 제2조의2", en = "Act art. 2-2" }

[content.purposes]
number = 1
name = { ko = "목적", en = "Purposes" }
citation = { ko = "법 제3조", en = "Act art. 3" }

[body.office]
name = { ko = "관청", en = "Office" }
citation = { ko = "법 제4조", en = "Act art. 4" }
url = "https://office.example"
phone = "100"
no_area_code = true

[holiday.first]
name = { ko = "첫날", en = "First day" }
citation = { ko = "법 제5조", en = "Act art. 5" }
day = 2026-01-01
is_holiday = true

[milestone.start]
name = { ko = "시행", en = "Start" }
citation = { ko = "법 부칙", en = "Act, addenda" }
day = 2026-01-01
"""


def test_a_whole_pack_is_read() -> None:
    assert [entry.id for entry in packs.parse(ONE.encode(), "xx.toml").entries] == [
        "act", "books", "office", "answer", "basis", "purposes", "first", "start",
    ]  # fmt: skip


BROKEN = [
    ('name = { ko = "법", en = "Act" }', 'name = { ko = "법" }', "law.act.name"),
    ('name = { ko = "법", en = "Act" }', 'name = { ko = "법", en = " " }', "law.act.name"),
    ('name = { ko = "법", en = "Act" }', 'name = { ko = "법", en = "Act", fr = "Loi" }', "law.act.name"),
    ('name = { ko = "법", en = "Act" }', 'name = "Act"', "law.act.name: must be a table"),
    ('name = { ko = "법", en = "Act" }', "", "law.act.name: missing"),
    ('citation = { ko = "법률 제1호", en = "Act No. 1" }', "", "law.act.citation: missing"),
    ("valid_to = 2030-12-31", "valid_to = 2019-12-31", "law.act.valid_to: ends before it begins"),
    ("valid_to = 2030-12-31", "valid_to = 2030-12-31T00:00:00", "law.act.valid_to: not a calendar day"),
    ("valid_to = 2030-12-31", 'valid_to = "2030"', "law.act.valid_to: must be a calendar day"),
    ("valid_to = 2030-12-31", "valid_untill = 2030-12-31", "law.act.valid_untill: unknown key"),
    ("valid_to = 2030-12-31", 'successor = "other"', "law.act.successor: no law has the id 'other'"),
    ('law = "act"', 'law = "other"', "floor.books.law: no law has the id 'other'"),
    ('period = "P5Y"', 'period = "5 years"', "floor.books.period: not a period"),
    ('period = "P5Y"', "", "floor.books.period: missing"),
    ('start = "books.closed"', 'start = "created"', "floor.books.start: unknown word 'created'"),
    ("start_stated = true", "start_stated = 1", "floor.books.start_stated: must be true or false"),
    ("start_stated = true", "", "floor.books.start_stated: missing"),
    ('kinds = ["text"]', "kinds = []", "floor.books.kinds: needs at least one word"),
    ('kinds = ["text"]', 'kinds = ["text", "smell"]', "floor.books.kinds: unknown word 'smell'"),
    ('kinds = ["text"]', "kinds = [[]]", "floor.books.kinds: unknown word []"),
    ('limit = "P10D"', 'limit = "P10D"\nhours = 240', "deadline.answer.hours"),
    ('measure = "within"', 'measure = "soon"', "deadline.answer.measure: unknown word 'soon'"),
    ("number = 1", "number = 2", "content: numbers"),
    ("number = 1", "number = true", "content.purposes.number: not a whole number"),
    ("number = 1", 'number = "1"', "content.purposes.number: must be a whole number"),
    ("https://office.example", "http://office.example", "body.office.url: must begin with https://"),
    ("[body.office]", "[body.books]", "books: laws, floors and bodies share one set of ids"),
    ("is_holiday = true", "", "holiday.first.is_holiday: missing"),
    ("[milestone.start]", "[milestones.start]", "milestone: not a table"),
    ("[law.act]", "[law]\nodd = 1\n[law.act]", "law.odd: not a table"),
    ("as_of = 2026-10-31", "", "pack.as_of: missing"),
    ("as_of = 2026-10-31", "as_of = 2026-10-31\nformat = 1", "pack.format: unknown key"),
    ("[pack]", "surprise = 1\n[pack]", "surprise: unknown key"),
    ("[pack]", "[pack", "its first reading"),
]


@pytest.mark.parametrize(("right", "wrong", "where"), BROKEN, ids=[f"{row[2]} {row[1]}" for row in BROKEN])
def test_a_broken_pack_gives_one_error_that_names_the_place(right: str, wrong: str, where: str) -> None:
    assert ONE.count(right) == 1
    with pytest.raises(BrokenPack) as broken:
        packs.parse(ONE.replace(right, wrong).encode(), "xx.toml")
    assert where in broken.value.message
    assert broken.value.message.startswith("xx.toml is broken at ")
    assert broken.value.hint


def test_a_pack_that_is_not_utf8_is_broken() -> None:
    with pytest.raises(BrokenPack, match=r"xx\.toml is broken"):
        packs.parse(ONE.encode("cp949"), "xx.toml")


def test_an_entry_without_dates_holds_on_any_day() -> None:
    (body,) = packs.parse(ONE.encode(), "xx.toml").bodies
    assert body.in_force(date.min)
    assert body.in_force(date.max)


def test_an_entry_holds_on_its_first_and_last_day_and_not_beyond() -> None:
    (act,) = packs.parse(ONE.encode(), "xx.toml").laws
    first, last = date(2020, 1, 1), date(2030, 12, 31)
    one = timedelta(days=1)
    assert [act.in_force(on) for on in (first - one, first, last, last + one)] == [False, True, True, False]


def test_an_entry_is_verified_when_the_pack_was_unless_it_says_otherwise() -> None:
    (act,) = packs.parse(ONE.encode(), "xx.toml").laws
    assert (act.verified, act.last_verified) == (True, date(2026, 10, 31))
