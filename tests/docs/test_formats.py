"""docs/formats.md names what the code names, and every size in it is the code's."""

from pathlib import Path

from jikim.sealing import files, formats, primitives
from jikim.sealing.keys import Secret

TEXT = (Path(__file__).parents[2] / "docs" / "formats.md").read_text()


def test_every_name_stands_in_the_table_beside_its_constant_and_no_other_does() -> None:
    rows = [line.split("|")[1:4] for line in TEXT.splitlines() if line.startswith("| `jikim/")]
    told = {code.strip(" `"): name.strip(" `").encode() for name, _where, code in rows}
    names = {
        f"formats.{name}": value
        for name, value in vars(formats).items()
        if isinstance(value, bytes) and value.startswith(b"jikim/")
    }
    assert told == names
    assert all(TEXT.count(f'"{name.decode()}"') >= 1 for name in names.values())


def test_the_sizes_are_the_codes() -> None:
    overhead = formats.HEADER_BYTES + primitives.NONCE_BYTES + primitives.TAG_BYTES
    for words in (
        f"{formats.HEADER_BYTES} bytes\n",
        f"{overhead} bytes more",
        f"multiple of {primitives.BLOCK_BYTES} bytes",
        f"{formats.SLOT_BYTES:,} bytes; slot",
        f"segments of {primitives.SEGMENT_BYTES:,} bytes",
        f"{primitives.STREAM_HEADER_BYTES} bytes, part of the first segment",
        f"{files.CARD_BYTES} bytes, sealed",
        f"`{formats.SLOT_MAGIC.decode()}`",
        f'"{formats.MAGIC.decode()}"',
    ):
        assert words in TEXT


def test_every_store_and_every_kind_of_key_is_named() -> None:
    assert all(f'"{store}"' in TEXT for store in formats.STORES)
    assert all(f"`{kind.__name__}`" in TEXT for kind in Secret.__subclasses__() if kind.__module__ == Secret.__module__)
