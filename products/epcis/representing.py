"""
On which lot or item the journey of a product in general stands. Pure.

Two lots of one product may come from two ends of the world. So nothing is mixed and no
typical path is made up: the latest lot that was made speaks, and the sheet names it.
"""

from collections.abc import Iterable
from datetime import datetime

from products.epcis.gathering import Recorded
from products.epcis.identifiers import Thing

_KINDS = {"lot": 1, "item": 0}


def representative(recorded: Iterable[Recorded], gtin: str) -> Thing | None:
    """
    Return the lot, else the item, of `gtin` (14 digits) that was made last.

    A lot goes before any item, since it tells of more of them. None when events name
    neither: those about the product without a number could be about any lot.
    """
    best: tuple[tuple[int, datetime, str], Thing] | None = None
    events = [one.event for one in recorded]
    wrong = {e.event_hash for e in events if e.is_error_declaration}
    for event in events:
        if not event.brings_into_being or event.event_hash in wrong:
            continue
        for mention in event.mentions:
            thing = mention.thing
            is_made = mention.role in ("epc", "output", "lot")
            if thing.gtin == gtin and thing.kind in _KINDS and is_made:
                rank = (_KINDS[thing.kind], event.event_time, thing.key)
                if best is None or rank > best[0]:
                    best = (rank, thing)
    return best[1] if best else None
