"""The ASGI entry: pages, API, streams and long polls in one application."""

import os
from typing import cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup(set_prefix=False)

from django.conf import settings
from django.db import connections

from common.asgi import Application, LimitBody
from common.handler import Handler
from common.lifespan import Lifespan
from config.checks import refuse_unusable
from products.fast_path import SheetFirst, of_this_process
from scanning import counting, photos


def count_what_is_noted() -> None:
    """Write the scans that are still in memory, and let the database go."""
    counting.buffer.stop()
    connections.close_all()


refuse_unusable()
django_application = Handler()
application = Lifespan(
    # A sheet is asked for without a body.
    SheetFirst(
        LimitBody(cast(Application, django_application), limit=settings.MAX_BODY_BYTES),
        of_this_process(),
    ),
    begin=photos.warm,
    finish=count_what_is_noted,
)
