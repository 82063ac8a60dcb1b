"""
The service as a measurement needs it: `BENCH_WAKES` says who wakes the phones.

`direct` is the real thing. With `hints`, this process says nothing of new questions, so
that a phone is woken by a Celery worker or by nobody; the end of a question it tells as
ever. With `none` it publishes nothing at all, and the workers are not told either.
"""

import os
from types import SimpleNamespace

from bench.paying import WAKES
from common import hints, hub
from config.asgi import application

# Not before the application: it needs Django.
from checkout.services import asking  # isort: skip


def _publish_nothing(*_channel: object, **_how: object) -> bool:
    """Leave the waking to the workers."""
    return False


def _send_nothing(*_args: object, **_options: object) -> bool:
    return True


if os.environ.get(WAKES) == "hints":
    vars(asking)["hub"] = SimpleNamespace(publish=_publish_nothing)
if os.environ.get(WAKES) == "none":
    hub.publish = _publish_nothing
    hints.send = _send_nothing

__all__ = ["application"]
