"""
The service as a measurement needs it: `BENCH_WAKES` says who wakes the phones.

`direct` is the real thing. With `hints`, this process publishes nothing, so a phone is
woken by a Celery worker or by nobody. With `none` the workers are not told either.
"""

import os

from bench.paying import WAKES
from common import hints, hub
from config.asgi import application


def _publish_nothing(channel: str) -> None:
    """Leave the waking to the workers."""


def _send_nothing(*_args: object, **_options: object) -> bool:
    return True


if os.environ.get(WAKES, "direct") != "direct":
    hub.publish = _publish_nothing
if os.environ.get(WAKES) == "none":
    hints.send = _send_nothing

__all__ = ["application"]
