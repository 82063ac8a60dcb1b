"""The WSGI entry: everything but streams and long polls, which need ASGI."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.wsgi import get_wsgi_application

django_application = get_wsgi_application()

from config.checks import refuse_unusable
from products.fast_path import SheetFirstWsgi, of_this_process

refuse_unusable()
application = SheetFirstWsgi(django_application, of_this_process())
