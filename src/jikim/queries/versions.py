"""Every version of the policy at one moment, for work on many records: asked once, and the same for all of them."""

from dataclasses import dataclass

from jikim.domain.errors import Misused
from jikim.domain.policy import Policy
from jikim.queries.policies import Published, all_versions


@dataclass(frozen=True, slots=True)
class Versions:
    """By number."""

    published: dict[int, Published]
    later: dict[int, tuple[Policy, ...]]  # the versions that followed each, the oldest first

    def __contains__(self, number: int) -> bool:
        return number in self.published

    def of(self, number: int) -> Published:
        """Return the version a record was received under; raises Misused when this home never published it."""
        if number not in self.published:
            raise Misused(f"no policy version {number} was published here", hint="restore the live database whole")
        return self.published[number]

    def policy(self, number: int) -> Policy:
        """Return its words; raises as `of`."""
        return self.of(number).policy


def now() -> Versions:
    """Return them as they stand."""
    published = {one.number: one for one in reversed(all_versions())}
    later = {number: tuple(published[n].policy for n in published if n > number) for number in published}
    return Versions(published, later)
