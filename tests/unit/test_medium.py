"""What speaks against overwriting in place: file systems, journals, snapshots, devices. Each alone is enough for X."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from jikim.sealing import devices, examination, extents
from jikim.sealing.medium import Facts, judge

GOOD = Facts(
    fs_type="ext4",
    options=frozenset({"rw", "relatime"}),
    copies_on_write=True,
    journals_data=False,
    against=(),
    moved_by_writing=False,
    moved_since_made=False,
    magnetic=False,
    device=(),
)


@pytest.mark.parametrize(
    ("facts", "letter"),
    [
        (GOOD, "C"),
        (replace(GOOD, magnetic=True), "B"),
        (replace(GOOD, fs_type="xfs"), "C"),
        (replace(GOOD, fs_type="btrfs", copies_on_write=False), "C"),
        (replace(GOOD, fs_type="btrfs"), "X"),
        (replace(GOOD, journals_data=True), "X"),
        (replace(GOOD, journals_data=None), "X"),
        (replace(GOOD, options=frozenset({"rw", "nobarrier"})), "X"),
        (replace(GOOD, options=frozenset({"rw", "barrier=0"})), "X"),
        (replace(GOOD, against=("a snapshot or a clone shares it",)), "X"),
        (replace(GOOD, moved_by_writing=True), "X"),
        (replace(GOOD, moved_since_made=True), "X"),
        (replace(GOOD, device=("dm-0 is part of a snapshot or thin volume",)), "X"),
        (replace(GOOD, device=("odd",), magnetic=True), "X"),
        *((replace(GOOD, fs_type=fs), "X") for fs in ("overlay", "tmpfs", "nfs4", "zfs", "f2fs", "9p", "fuse", "vfat")),
    ],
)
def test_a_class_needs_every_fact_to_be_good(facts: Facts, letter: str) -> None:
    medium = judge(facts)
    assert medium.medium_class == letter
    assert medium.can_efface is (letter != "X")
    assert medium.facts, "a verdict names its reasons"


def test_every_reason_is_named_at_once() -> None:
    medium = judge(replace(GOOD, journals_data=True, moved_by_writing=True, device=("odd",)))
    assert medium.facts == (
        "its journal takes copies of data (data=journal)",
        "the file moved when it was overwritten",
        "odd",
    )


# --- mounts ------------------------------------------------------------------------------------------------------

TABLE = [
    "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard",
    "30 27 0:27 / /srv rw shared:5 - tmpfs tmpfs rw",
    "31 27 8:17 / /srv rw,noexec shared:1 master:2 - xfs /dev/sdb1 rw,attr2",
    r"32 27 0:44 /@roots /srv/two\040words rw - btrfs /dev/sdc rw,subvol=/@roots",
]


@pytest.mark.parametrize(
    ("path", "point", "fs_type", "device"),
    [
        ("/", "/", "ext4", (254, 0)),
        ("/srvother/m1", "/", "ext4", (254, 0)),
        ("/srv", "/srv", "xfs", (8, 17)),  # mounted over the tmpfs
        ("/srv/m1", "/srv", "xfs", (8, 17)),
        ("/srv/two words/m1", "/srv/two words", "btrfs", (0, 44)),
    ],
)
def test_the_mount_that_shows_is_the_deepest_and_last(
    path: str, point: str, fs_type: str, device: tuple[int, int]
) -> None:
    mount = extents.mount_of(Path(path), TABLE)
    assert mount is not None
    assert (mount.point, mount.fs_type, mount.device) == (point, fs_type, device)


def test_options_of_the_mount_and_of_the_file_system_are_read_together() -> None:
    mount = extents.mount_of(Path("/srv/m1"), TABLE)
    assert mount is not None
    assert mount.options == {"rw", "noexec", "attr2"}


def test_a_path_without_a_mount_has_none() -> None:
    assert extents.mount_of(Path("/srv"), []) is None


# --- maps --------------------------------------------------------------------------------------------------------


def test_a_place_is_the_same_until_the_file_is_written_elsewhere(tmp_path: Path) -> None:
    one, other = examination.Place(((0, 8192, 4096),), ()), examination.Place(((0, 12288, 4096),), ())
    assert one.digest != other.digest
    assert examination.Place(None, ("unknown",)).digest == bytes(32)


@pytest.mark.parametrize("flag", sorted(extents.AGAINST))
def test_every_mark_of_a_map_speaks_against_the_place(monkeypatch: pytest.MonkeyPatch, flag: int) -> None:
    monkeypatch.setattr(extents, "extents", lambda _handle: (extents.Extent(0, 8192, 4096, flag | extents.LAST),))
    place = examination.place_of(0)
    assert place.against == (extents.AGAINST[flag],)
    assert place.runs == ((0, 8192, 4096),)


def test_a_file_system_that_tells_no_map_speaks_against_itself() -> None:
    reading, writing = os.pipe()
    try:
        assert examination.place_of(reading) == examination.Place(
            None, ("the file system does not tell where the file lies",)
        )
    finally:
        os.close(reading)
        os.close(writing)


# --- devices -----------------------------------------------------------------------------------------------------


@pytest.fixture
def sys(tmp_path: Path) -> Path:
    (tmp_path / "dev" / "block").mkdir(parents=True)
    return tmp_path


def a_device(sys: Path, name: str, number: str, *, turns: str = "0", **files: str) -> Path:
    place = sys / "devices" / name
    (place / "queue").mkdir(parents=True)
    (place / "queue" / "rotational").write_text(turns)
    for path, words in files.items():
        file = place / path.replace("__", "/")
        file.parent.mkdir(exist_ok=True)
        file.write_text(words)
    (sys / "dev" / "block" / number).symlink_to(place)
    return place


def test_a_partition_is_as_its_disk(sys: Path) -> None:
    disk = a_device(sys, "sda", "8:0", turns="1")
    part = disk / "sda1"
    part.mkdir()
    (part / "partition").write_text("1")
    (sys / "dev" / "block" / "8:1").symlink_to(part)
    found = devices.stack((8, 1), sys=sys)
    assert [device.name for device in found] == ["sda"]
    assert devices.magnetic(found, virtual=False)
    assert not devices.magnetic(found, virtual=True)
    assert devices.objections(found) == ()


@pytest.mark.parametrize(
    ("below", "objects"),
    [("LVM-abc", False), ("CRYPT-LUKS2-abc", False), ("LVM-abc-real", True), ("LVM-abc-tpool", True)],
)
def test_a_volume_under_a_snapshot_is_found_below(sys: Path, below: str, *, objects: bool) -> None:
    top = a_device(sys, "dm-1", "253:1", dm__uuid="LVM-abc", turns="1")
    lower = a_device(sys, "dm-0", "253:0", dm__uuid=below, turns="1")
    (top / "slaves").mkdir()
    (top / "slaves" / "dm-0").symlink_to(lower)
    found = devices.stack((253, 1), sys=sys)
    assert [device.name for device in found] == ["dm-1", "dm-0"]
    assert bool(devices.objections(found)) is objects


def test_one_flash_disk_below_makes_the_whole_not_magnetic(sys: Path) -> None:
    top = a_device(sys, "md0", "9:0", turns="1")
    (top / "slaves").mkdir()
    for name, number, turns in (("sda", "8:0", "1"), ("sdb", "8:16", "0")):
        (top / "slaves" / name).symlink_to(a_device(sys, name, number, turns=turns))
    assert not devices.magnetic(devices.stack((9, 0), sys=sys), virtual=False)


@pytest.mark.parametrize("name", ["zd16", "zram0", "nbd0p1", "bcache0", "rbd3"])
def test_devices_that_write_elsewhere_are_named(sys: Path, name: str) -> None:
    a_device(sys, name, "240:0")
    assert name in devices.objections(devices.stack((240, 0), sys=sys))[0]


def test_a_disk_that_cannot_be_seen_is_an_objection(sys: Path) -> None:
    assert devices.objections(devices.stack((0, 44), sys=sys))


@pytest.mark.parametrize(
    ("options", "journals"),
    [("rw\ndata=journal\n", True), ("rw\ndata=ordered\n", False), ("rw\nbarrier\n", False), ("", None)],
)
def test_how_ext_journals_is_read_where_the_superblocks_wish_shows(
    sys: Path, options: str, *, journals: bool | None
) -> None:
    a_device(sys, "sda1", "8:1")
    (sys / "ext4" / "sda1").mkdir(parents=True)
    (sys / "ext4" / "sda1" / "options").write_text(options)
    assert devices.data_journal((8, 1), sys=sys, proc=sys / "ext4") is journals


@pytest.mark.parametrize(
    ("words", "virtual"), [("flags : fpu hypervisor sse", True), ("flags : fpu sse", False), ("CPU part : 0xd0c", True)]
)
def test_a_virtual_machine_claims_no_magnetic_disk(tmp_path: Path, words: str, *, virtual: bool) -> None:
    (tmp_path / "cpuinfo").write_text(words)
    assert devices.is_virtual_machine(tmp_path / "cpuinfo") is virtual
