"""What the web server calls. It refuses to start for the same reasons as every command."""

from django.core.handlers.wsgi import WSGIHandler

from jikim.store.start import ready

ready()
application = WSGIHandler()
