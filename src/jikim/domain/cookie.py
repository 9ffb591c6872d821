"""Which cookies a policy lets leave, and for how long.

Source: Privacy Policy, "Cookies"; PIPA art. 15(1). A group that rests on consent stays shut: no choice can be made yet.
"""

from jikim.domain.period import Period
from jikim.domain.policy import Cookies
from jikim.domain.terms import LegalBasis

ENDS_WITH_THE_BROWSER = 0


def may_leave(cookies: Cookies, name: str, seconds: int) -> bool:
    """Say whether a cookie leaves: a group without need of consent names it, and it ends no later than stated.

    seconds: how long the browser is asked to keep it; ENDS_WITH_THE_BROWSER when it is not
    """
    free = (group for group in cookies.groups if group.basis and group.basis != LegalBasis.CONSENT)
    lives = (life for group in free for named, life in group.cookies if named == name)
    return any(seconds <= _most_seconds(life) for life in lives)


def _most_seconds(life: Period) -> int:
    return (life.years * 366 + life.months * 31 + life.days) * 86_400
