"""The ASGI entry: pages, API, streams and long polls in one application."""

import os
import threading
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from django.conf import settings
from django.core.signals import request_finished
from django.db import connections

from common.asgi import Application, LimitBody
from common.lifespan import Lifespan
from config.checks import refuse_unusable
from products.fast_path import SheetFirst, of_this_process
from scanning import counting, photos


def close_with_the_thread(**_kwargs: Any) -> None:
    """Close the request's connections: under ASGI its thread ends with it."""
    if threading.current_thread() is not threading.main_thread():
        connections.close_all()


def count_what_is_noted() -> None:
    """Write the scans that are still in memory, and let the database go."""
    counting.buffer.stop()
    connections.close_all()


refuse_unusable()
request_finished.connect(close_with_the_thread)
application = Lifespan(
    # A sheet is asked for without a body.
    SheetFirst(
        LimitBody(cast(Application, django_application), limit=settings.MAX_BODY_BYTES),
        of_this_process(),
    ),
    begin=photos.warm,
    finish=count_what_is_noted,
)
