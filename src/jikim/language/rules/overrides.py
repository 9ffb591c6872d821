"""A finding may be left as it is, in the file itself, with a reason in every language. It is still printed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from jikim.language import path as paths
from jikim.language import schema
from jikim.language.draft import Draft
from jikim.language.findings import CODES, Finding, code
from jikim.language.rules.reading import nearest, place
from jikim.packs.pack import Pack

CODE = code(
    "E-OVERRIDE-CODE",
    "An override names a code that no finding has.",
    hint="copy the code from the finding",
    can_override=False,
)
PATH = code(
    "E-OVERRIDE-PATH",
    "An override names a place that the language does not have.",
    hint="copy the path from the finding; * stands for any one name",
    can_override=False,
)
REASON = code(
    "E-OVERRIDE-REASON",
    "An override gives no reason in a language of the policy; it has no effect.",
    hint="add reason in every language of policy.languages",
    can_override=False,
)
REFUSED = code(
    "E-OVERRIDE-REFUSED",
    "An override of something that cannot be left as it is; it has no effect.",
    hint="mend what was found",
    can_override=False,
)
UNUSED = code(
    "W-OVERRIDE-UNUSED",
    "An override that matches nothing.",
    hint="remove it: what it excused is gone",
    can_override=False,
)


def settle(draft: Draft, pack: Pack, found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Mark what the file overrides, and judge the overrides themselves."""
    findings = list(found)
    languages = draft.words("policy.languages")
    for number, row in _rows(draft):
        wrong = tuple(_wrong(number, row, languages, pack))
        matched = [at for at, finding in enumerate(findings) if not wrong and _matches(row, finding)]
        for at in matched:
            findings[at] = replace(findings[at], overridden=_reason(row))
        findings += wrong
        if not wrong and not matched:
            message = f"{row['code']} is not found at {row['path'][:80]}"
            findings.append(UNUSED.at(place("override", number), message, pack))
    return tuple(findings)


def _rows(draft: Draft) -> Iterator[tuple[str, Mapping[str, Any]]]:
    listed = draft.value("override")
    for number, row in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(row, dict):
            yield str(number), row


def _wrong(number: str, row: Mapping[str, Any], languages: tuple[str, ...], pack: Pack) -> Iterator[Finding]:
    name, path, reason = row.get("code"), row.get("path"), row.get("reason")
    known = CODES.get(name) if isinstance(name, str) else None
    where = ("override", number)
    if known is None or known.name.startswith("N-"):
        hint = _instead(name) if isinstance(name, str) else ""
        yield CODE.at(place(*where, "code"), "no finding has this code", pack, hint=hint)
    elif not known.can_override:
        yield REFUSED.at(place(*where, "code"), f"{known.name} cannot be overridden", pack)
    if not isinstance(path, str) or not _exists(paths.split(path)):
        yield PATH.at(place(*where, "path"), "the language has no such place", pack)
    spoken = reason if isinstance(reason, dict) else {}
    silent = [language for language in languages if not _says(spoken.get(language))]
    if silent or not spoken:
        message = f"no reason in: {', '.join(silent)}" if silent else "no reason"
        yield REASON.at(place(*where, "reason"), message, pack)


def _instead(name: str) -> str:
    """Offer the nearest code; notes stop nothing, so nobody overrides them."""
    if name in CODES:
        return "remove it: a note stops nothing"
    return nearest(name[:40], [known for known in CODES if not known.startswith("N-")])


def _says(words: object) -> bool:
    return isinstance(words, str) and bool(words.strip())


def _exists(path: paths.Path) -> bool:
    """Tell whether a place, or a table on the way to one, has the shape of the language."""
    patterns = (paths.split(pattern)[: len(path)] for pattern in schema.leaf_patterns())
    return bool(path) and any(
        len(pattern) == len(path) and all(p in ("*", w) for p, w in zip(pattern, path, strict=True))
        for pattern in patterns
    )


def _matches(row: Mapping[str, Any], finding: Finding) -> bool:
    known = CODES[finding.code]
    return known.can_override and finding.code == row["code"] and paths.matches(row["path"], paths.split(finding.path))


def _reason(row: Mapping[str, Any]) -> str:
    """Return the reason in English, the language of this command, or in the one it has."""
    spoken = row["reason"]
    return str(spoken.get("en") or next(iter(spoken.values())))
