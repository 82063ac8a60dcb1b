"""The WSGI entry: everything but streams and long polls, which need ASGI."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from config.checks import refuse_unusable

refuse_unusable()
