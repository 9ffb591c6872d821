"""The disks of these tests: a run that is killed leaves none attached to the machine."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support import disks

ROOT = Path(__file__).resolve().parents[2]
HOLDS_ONE = """
import sys, time
from pathlib import Path
from tests.support import disks
with disks.mounted(disks.made(Path(sys.argv[1]))):
    print("mounted", flush=True)
    time.sleep(60)
"""


def attached(image: Path) -> bool:
    return any(str(image) in _backing(one) for one in Path("/sys/block").glob("loop*/loop/backing_file"))


def _backing(loop: Path) -> str:
    try:
        return loop.read_text()
    except OSError:  # let go of this moment
        return ""


def test_a_disk_goes_with_the_process_that_mounted_it_and_nobody_else_sees_it(tmp_path: Path) -> None:
    if not disks.may_mount():
        pytest.skip("it takes the right to mount one")
    folder = tmp_path / "disk"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_ONE, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "mounted\n"
        assert attached(folder / "disk.img")
        assert list((folder / "mounted").iterdir()) == []
        process.kill()
    latest = time.monotonic() + 10
    while attached(folder / "disk.img") and time.monotonic() < latest:
        time.sleep(0.05)
    assert not attached(folder / "disk.img")
