"""The public side without its journal; see `untold`. Imported by a web server alone."""

from collections.abc import Mapping

from django.core.handlers.wsgi import WSGIHandler

from jikim.cli.supervisor import end_with_parent
from jikim.store.start import ready

end_with_parent()
ready()

from jikim.actions import journal  # noqa: E402  after the start, as models want it


def _nothing(alias: str, kind: str, body: Mapping[str, object]) -> None:  # noqa: ARG001  takes what is told
    return None


journal.record = _nothing
application = WSGIHandler()
