"""The ASGI entry: pages, API, streams and long polls in one application."""

import os
from typing import cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from django.conf import settings

from common.asgi import Application, LimitBody
from config.checks import refuse_unusable
from products.asgi import SheetFirst

refuse_unusable()
application = LimitBody(
    SheetFirst(cast(Application, django_application)), limit=settings.MAX_BODY_BYTES
)
