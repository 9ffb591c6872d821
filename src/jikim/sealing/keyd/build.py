"""Which program this is: a digest over the sources of what seals, destroys and tells, for journal and certificates."""

from hashlib import sha256
from pathlib import Path

import jikim
from jikim import sealing


def build_digest() -> str:
    """Return "sha256:" and the digest of every source file of the domain and of sealing, by name."""
    root = Path(str(jikim.__file__)).parent
    folders = (root / "domain", Path(str(sealing.__file__)).parent)
    digest = sha256()
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        digest.update(f"{path.relative_to(root)}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return f"sha256:{digest.hexdigest()}"
