"""docs/certificate.md describes the format that is made: its fields, limits, sizes and options are the code's."""

from pathlib import Path

from jikim.domain import journal
from jikim.domain.checkpoint import origin_of
from jikim.sealing.certificate import FORMAT
from tests.support.certificates import verify
from tests.support.vectors import vectors

TEXT = (Path(__file__).parents[2] / "docs" / "certificate.md").read_text()


def test_every_field_of_a_certificate_stands_in_the_table() -> None:
    rows = [line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| `")]
    told = {name.strip(" `") for row in rows for name in row.split(",")}
    assert told == set(vectors("certificate")["certificate"]) == verify.FIELDS
    assert all(f"`{name}`" in TEXT for name in vectors("certificate")["certificate"]["items"][0])


def test_names_and_sizes_are_the_codes() -> None:
    for words in (f"`{FORMAT}`", f"at most {journal.LEAF_BYTES:,} bytes", f"`{origin_of('DOMAIN', demo=False)}`"):
        assert words in TEXT
    assert all(f"`{option}" in TEXT for option in ("--witness", "--envelope", "--journal"))
