"""
How many lines one phone keeps open: of too many the newest stay.

The oldest is the one that most likely broke without our noticing; refusing the newest
would keep a phone deaf that changed its network. Each process counts its own lines: it
is its memory that is spared, and no broker need be asked for each line.
"""

import contextlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator

from django.utils.translation import gettext as _

from common import hub
from shoppers.models import Device

# As many as a browser opens to one server over HTTP/1.1, for all its tabs.
MOST_LINES = 6
# Or lines would push each other out without a pause.
COME_BACK_MS = 60_000
CODE = "too_many_streams"

# By device, the oldest line first. Lines live in event loops, and none waits here.
_lines: dict[int, list[hub.Waiter]] = defaultdict(list)
_crowded_out: set[hub.Waiter] = set()


@contextlib.asynccontextmanager
async def line_of(device: Device) -> AsyncIterator[hub.Waiter]:
    """Register one more line of a phone; its oldest ends when there are too many."""
    async with hub.subscribe(device.shopper.channel) as waiter:
        lines = _lines[device.pk]
        lines.append(waiter)
        for oldest in lines[:-MOST_LINES]:
            lines.remove(oldest)
            _crowded_out.add(oldest)
            oldest.close()
        try:
            yield waiter
        finally:
            _crowded_out.discard(waiter)
            if waiter in lines:
                lines.remove(waiter)
            if not lines and _lines.get(device.pk) is lines:
                del _lines[device.pk]


def farewell(waiter: hub.Waiter) -> list[bytes]:
    """Return what a line says last: why it ends, if newer ones took its place."""
    if waiter not in _crowded_out:
        return []
    problem = {
        "type": f"urn:flashsesame:problem:{CODE}",
        "code": CODE,
        "detail": _("This phone has too many lines open: the newest stay."),
    }
    data = json.dumps(problem, ensure_ascii=False, separators=(",", ":"))
    return [f"event: problem\nretry: {COME_BACK_MS}\ndata: {data}\n\n".encode()]
