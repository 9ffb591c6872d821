"""What the web server calls. It refuses to start for the same reasons as every command."""

from django.core.handlers.wsgi import WSGIHandler

from jikim.cli.supervisor import end_with_parent
from jikim.store.start import ready

end_with_parent()  # the server calls this in a process of its own, which nobody else would stop
ready()
application = WSGIHandler()
