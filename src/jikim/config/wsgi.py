"""What the web server calls. It refuses to start for the same reasons as every command."""

import sys

from django.core.handlers.wsgi import WSGIHandler

from jikim import environment
from jikim.cli.supervisor import end_with_parent
from jikim.domain.errors import JikimError
from jikim.store.start import ready

end_with_parent()  # the server calls this in a process of its own, which nobody else would stop
try:
    ready()
except JikimError as refused:
    print(f"jikim {environment.role()}: {refused}", file=sys.stderr, flush=True)  # noqa: T201  # as a process speaks
    sys.exit(3)
application = WSGIHandler()
