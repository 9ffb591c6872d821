"""Where a fact stands in a policy file: keys from the root, written as TOML writes dotted keys.

A place in a list is its number: the reason of the first override is `override.0.reason.ko`.
"""

import re

Path = tuple[str, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([^.]+)')
_SHOWN = 60  # characters of one key in a message; longer keys are cut


def dotted(path: Path) -> str:
    """Write a path as TOML does, quoting odd keys: `item."a.b".kind`."""
    return ".".join(_key(part) for part in path)


def split(text: str) -> Path:
    """Read what `dotted` wrote; odd writing gives an odd path, never an error."""
    return tuple(_unquote(found) for found in _PART.finditer(text))


def matches(pattern: str, path: Path) -> bool:
    """Tell whether a path has the shape of a pattern such as `item.*.kind`."""
    wanted = split(pattern)
    return len(wanted) == len(path) and all(w in ("*", p) for w, p in zip(wanted, path, strict=True))


def _key(part: str) -> str:
    if len(part) > _SHOWN:
        part = part[:_SHOWN] + "…"
    if _BARE.match(part):
        return part
    escaped = part.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'


def _unquote(found: re.Match[str]) -> str:
    basic, literal, bare = found.groups()
    if basic is not None:
        plain: str = re.sub(r"\\U([0-9a-f]{8})|\\(.)", lambda m: chr(int(m[1], 16)) if m[1] else m[2], basic)
        return plain
    return literal if literal is not None else bare.strip()
