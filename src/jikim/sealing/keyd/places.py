"""The key daemon of this home, as its variables say."""

import re
import socket

from jikim import environment
from jikim.domain import checkpoint
from jikim.environment import files_folder
from jikim.sealing.file_store import DirectoryStore
from jikim.sealing.keyd.blueprint import Blueprint

WITH_FILES = ("live", "separate")


def of_this_home() -> Blueprint:
    """Return what the key daemon of JIKIM_HOME is made of; raises NoHome, BadVariable."""
    environment.read_home()
    places = environment.roots()
    return Blueprint(
        folder=environment.keys().folder,
        groups=places.groups,
        anywhere=places.anywhere,
        origin=_origin(),
        files={store: DirectoryStore(files_folder(store)) for store in WITH_FILES},
    )


def _origin() -> str:
    """Return the name a new journal takes: the machine's, and before it whether all of it is a demo."""
    machine = re.sub(r"[\s+]", "-", socket.gethostname()) or "localhost"
    return f"{checkpoint.DEMO}/{machine}" if environment.is_demo() else machine
