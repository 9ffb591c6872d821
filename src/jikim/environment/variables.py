"""Variables and secrets. A secret stands in its variable, or in a file that NAME_FILE points to, never in both.

Every complaint names the variable, never its value.
"""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from jikim.domain.errors import Refused

RECEIVER = re.compile(r"[a-z][a-z0-9_-]{0,39}")
DEFAULT_BASE_URL = "http://127.0.0.1:8000"
LOOPBACK = frozenset({"127.0.0.1", "::1"})
POLICIES = Path(__file__).resolve().parents[3] / "policies"
DEFAULT_POLICY = POLICIES / "example" / "1.toml"


class BadVariable(Refused):
    """A variable is set to something this program cannot use; nothing was started."""


def read(name: str) -> str:
    """Return a variable without the spaces around it; "" when it is not set."""
    return os.environ.get(name, "").strip()


def secret(name: str) -> str:
    """Return NAME, or the content of the file NAME_FILE names; "" when neither is set."""
    word, file = read(name), read(f"{name}_FILE")
    if word and file:
        raise BadVariable(
            f"{name} and {name}_FILE are both set", hint=f"keep one of them; {name}_FILE is the safer place"
        )
    return _content(name, Path(file)) if file else word


def receiver(name: str, usual: str) -> str:
    """Return what the policy calls a receiver of ours: the variable, else the usual name. Raises BadVariable."""
    written = read(name) or usual
    if not RECEIVER.fullmatch(written):
        raise BadVariable(f"{name} is no name of a policy", hint=f"write the name under [systems], such as {usual}")
    return written


def base_url() -> str:
    """Return the address people use (JIKIM_BASE_URL), without a slash at the end."""
    return _origin("JIKIM_BASE_URL") or DEFAULT_BASE_URL


def desk_url() -> str:
    """Return the address handlers use (JIKIM_DESK_URL, else the one people use), without a slash at the end."""
    return _origin("JIKIM_DESK_URL") or base_url()


def passkey_origin() -> str:
    """Return where passkeys of the desk answer: at a loopback address by its name, for they know no bare address."""
    parts = urlsplit(desk_url())
    if parts.hostname not in LOOPBACK:
        return desk_url()
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://localhost{port}"


def policy_path() -> Path:
    """Return the policy file a first run publishes (JIKIM_POLICY, else the example)."""
    return Path(read("JIKIM_POLICY") or DEFAULT_POLICY)


def staff_policy_path() -> Path:
    """Return the policy for the people who work at the desk: built in, the same in every house."""
    return POLICIES / "staff.toml"


def _origin(name: str) -> str:
    url = read(name)
    if url and not _is_origin(url):
        raise BadVariable(
            f"{name} is not an address of the form https://host or http://host:port",
            hint="write the scheme and the host only, for example https://privacy.example.com",
        )
    return url.rstrip("/")


def _is_origin(url: str) -> bool:
    """Say whether a URL is a scheme, a host and perhaps a port, and nothing else."""
    try:
        parts = urlsplit(url)
        reachable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return reachable and "@" not in parts.netloc and not parts.query and not parts.fragment and parts.path in {"", "/"}


def _content(name: str, file: Path) -> str:
    try:
        content = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise BadVariable(
            f"the file named by {name}_FILE cannot be read: {reason}",
            hint=f"give this program's user read access to it, or point {name}_FILE elsewhere",
        ) from error
    if not content:
        raise BadVariable(
            f"the file named by {name}_FILE is empty", hint=f"write the secret into it, or unset {name}_FILE"
        )
    return content
