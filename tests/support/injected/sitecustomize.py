"""Code that got into the public process, and into the desk's: only the forensic tests put this folder on a path.

It answers one address in place of the pages and does there what somebody would who runs code in this process.
"""

import os

if os.environ.get("JIKIM_ROLE") in {"public", "desk"}:
    import json
    from collections.abc import Iterable
    from importlib import import_module
    from typing import TYPE_CHECKING, Any

    from django.core.handlers.wsgi import WSGIHandler

    if TYPE_CHECKING:
        from wsgiref.types import StartResponse

    pages = WSGIHandler.__call__

    def answer(self: WSGIHandler, asked: dict[str, Any], begin: "StartResponse") -> Iterable[bytes]:
        if asked.get("PATH_INFO") != "/injected":
            return pages(self, asked, begin)
        begin("200 OK", [("Content-Type", "application/json")])
        work = (
            import_module("at_desk").answer if os.environ["JIKIM_ROLE"] == "desk" else import_module("attacks").outcomes
        )
        return [json.dumps(work(asked["QUERY_STRING"])).encode()]

    type.__setattr__(WSGIHandler, "__call__", answer)
