"""What destruction overwrites is in no file of the key daemon afterwards, and no value was ever in one."""

from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

from jikim import sealing
from jikim.domain.leaf import DestroyReason
from jikim.sealing.formats import SLOT_BYTES, SlotBlank, read_slot
from jikim.sealing.keyd.values import Destruction
from jikim.sealing.keyring import Binding, Sealed, SealRequest
from tests.support.company import sealed_by
from tests.support.scan import scan_folders

HERE = Binding("live", UUID(int=1), UUID(int=2), "email", "value")
CANARY = b"canary-3f9c1e7a-of-the-keyring"


def seal(count: int) -> tuple[Sealed, ...]:
    return sealing.current().seal([SealRequest(HERE, CANARY) for _ in range(count)])


def destroy(made: Sealed) -> None:
    kids = {made.kid: sha256(made.envelope).digest()}
    sealing.current().destroy([Destruction(uuid4(), DestroyReason.RETENTION_EXPIRED, "0" * 64, kids)])


def share(folder: Path) -> bytes:
    """Return the share of the root that lies in the folder's only mirror."""
    data = (folder / "root-0.slots").read_bytes()
    found = []
    for at in range(0, len(data), SLOT_BYTES):
        try:
            found.append(read_slot(data[at : at + SLOT_BYTES]).share.reveal())
        except SlotBlank:
            continue
    (only,) = found
    return only


def places(secret: bytes, *folders: Path) -> list[str]:
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files if secret in path.read_bytes()]


def test_the_root_under_which_a_key_hung_is_in_no_file_once_the_key_is_destroyed(ram_path: Path) -> None:
    with sealed_by(ram_path / "keys"):
        made = seal(3)
        old = share(ram_path / "keys")
        assert places(old, ram_path) == ["root-0.slots"], "the scan sees a living root"
        destroy(made[0])
        assert places(old, ram_path) == []
        assert places(share(ram_path / "keys"), ram_path) == ["root-0.slots"]
        assert sealing.current().open_sealed(HERE, made[1]) == CANARY


def test_without_the_overwriting_the_same_scan_finds_the_root(ram_path: Path, tmp_path: Path) -> None:
    """What the test above would not notice if it could see nothing: somebody kept a copy of the slots."""
    with sealed_by(ram_path / "keys"):
        made = seal(1)
        old = share(ram_path / "keys")
        (tmp_path / "copy").write_bytes((ram_path / "keys" / "root-0.slots").read_bytes())
        destroy(made[0])
        assert places(old, ram_path, tmp_path) == ["copy"]


def test_a_sealed_value_never_reaches_a_file_of_the_key_daemon(ram_path: Path) -> None:
    with sealed_by(ram_path / "keys"):
        made = seal(1)[0]
        destroy(made)
        found = scan_folders(CANARY, ram_path)
    assert found.scanned_bytes > 0
    assert found.places == ()
    assert CANARY not in made.envelope
