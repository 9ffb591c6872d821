"""What a row says: one figure of ours, one to hold it against, their ratio, and what that is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    GOAL = "goal"
    FLOOR = "floor"  # reached, and the goal not yet
    MISSED = "MISSED"
    NONE = "-"  # nothing was promised of it
    NOISY = "noisy"  # others used the machine in every attempt
    ABSENT = "not there"


@dataclass(frozen=True, slots=True)
class Bar:
    """What a ratio has to reach, or to stay under."""

    floor: float
    goal: float
    at_most: bool = False

    def verdict(self, ratio: float) -> Verdict:
        if self._reached(ratio, self.goal):
            return Verdict.GOAL
        return Verdict.FLOOR if self._reached(ratio, self.floor) else Verdict.MISSED

    def _reached(self, ratio: float, bound: float) -> bool:
        return ratio <= bound if self.at_most else ratio >= bound


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table. A figure is written with its unit; a ratio that could not be measured is None."""

    row: str
    what: str
    ours: str = ""
    against: str = ""
    ratio: float | None = None
    bar: Bar | None = None
    verdict: Verdict = Verdict.NONE
    note: str = ""
    alternations: int = 0
    thrown_away: int = 0  # attempts that others disturbed
    others: float = 0.0  # part of the processors that others used in the attempt that counts

    def facts(self) -> dict[str, object]:
        """Return the line for programs."""
        return {
            "row": self.row,
            "what": self.what,
            "ours": self.ours,
            "against": self.against,
            "ratio": self.ratio,
            "floor": self.bar.floor if self.bar else None,
            "goal": self.bar.goal if self.bar else None,
            "bound": ("most" if self.bar.at_most else "least") if self.bar else None,
            "verdict": self.verdict.value,
            "note": self.note,
            "alternations": self.alternations,
            "thrown_away": self.thrown_away,
            "others": round(self.others, 3),
        }


def absent(row: str, what: str, why: str) -> Result:
    """Say that something could not be measured, and why; no figure is made up."""
    return Result(row, what, verdict=Verdict.ABSENT, note=why)


def time(seconds: float) -> str:
    """Write a time with three digits."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}" if seconds < 1000 * scale else f"{seconds / scale:.0f} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def median(values: Sequence[float]) -> float:
    """Return the middle value, or the mean of the two middle ones."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("there is no median of nothing")
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def percentile(values: Sequence[float], part: float) -> float:
    """Return the value that `part` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -int(-part * len(ordered) // 1) - 1))]
