"""The firewall of cookies: what no policy names does not leave, whoever set it, on whatever page.

Source: Privacy Policy, "Cookies". The desk's two are named by the staff policy and leave from the desk alone; every
other one must stand in a cookie group of the policy in force.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import Error as DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from jikim.actions import refusals
from jikim.domain.cookie import ENDS_WITH_THE_BROWSER, may_leave
from jikim.domain.errors import JikimError
from jikim.queries.policies import Published

log = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponseBase]

AT_THE_DESK: Mapping[str, int] = {"jikim_desk": 86_400, "jikim_form": 86_400}  # seconds; policies/staff.toml says so
DESK = "/desk/"
GATE = "set-cookie"


def guard_cookies(get_response: Answer) -> Answer:
    """Take every undeclared cookie off an answer; outermost, so that nothing passes beside it.

    A refusal is logged by the cookie's name and told to the journal as a count. An answer goes out in any case.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        stopped = [name for name, cookie in response.cookies.items() if not _declared(request, name, cookie)]
        for name in stopped:
            del response.cookies[name]
        beside = "Set-Cookie" in response.headers  # written past Django's own way of setting one
        if beside:
            del response.headers["Set-Cookie"]
        if count := len(stopped) + beside:
            log.error("%d undeclared cookies were stopped: %s", count, ", ".join(stopped) or "a bare header")
            _tell(count)
        return response

    return answer


def _declared(request: HttpRequest, name: str, cookie: Mapping[str, Any]) -> bool:
    seconds = _lives_for(cookie)
    if name in AT_THE_DESK:
        return request.path.startswith(DESK) and seconds <= AT_THE_DESK[name]
    published: Published | None = getattr(request, "published", None)  # none where the answer came before the policy
    return published is not None and may_leave(published.policy.cookies, name, seconds)


def _lives_for(cookie: Mapping[str, Any]) -> int:
    """Return for how many seconds a browser is asked to keep it; a bare day of ending counts as for ever."""
    if cookie["max-age"] != "":
        return int(cookie["max-age"])
    is_over = str(cookie["expires"]).startswith("Thu, 01 Jan 1970")
    return ENDS_WITH_THE_BROWSER if not cookie["expires"] or is_over else 2**63


def _tell(count: int) -> None:
    try:
        refusals.note(GATE, count)
    except (JikimError, DatabaseError) as error:
        log.error("the journal could not be told: %s", type(error).__name__)  # noqa: TRY400 - a traceback could show more
