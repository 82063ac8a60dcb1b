"""
Loading the demonstration: safe to interrupt, safe to run twice.

Each step looks at what is there and adds what is missing, so a second run is the end of
the first one or does nothing. The credentials are written last: their file says that
all of it is there, and of which version.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings

from config.demonstration import (
    accounts,
    certificates,
    civil_status,
    credentials,
    data,
    drawings,
    fictitious,
    life,
    links,
    open_food_facts,
    sheets,
    shops,
)
from config.file_lock import FileLock


class Loaded(NamedTuple):
    """What one run found and did."""

    real: int
    made_up: int
    statements: int
    published: int
    stocks: int
    skipped: dict[str, int]
    has_new_credentials: bool


def is_loaded() -> bool:
    """
    Say whether the demonstration is complete, of this version, and not stale.

    Two queries at most: whether the file of credentials belongs to this database, and
    whether the stock is recent enough to be shown.
    """
    known = credentials.read()
    return (
        known.get("version") == data.version()
        and accounts.belong_here(known)
        and accounts.have_second_factors(known)
        and sheets.is_stock_fresh(firm.id for firm in fictitious.firms())
    )


def load(tell: Callable[[str], None]) -> Loaded:
    """Load all of it, or what is missing of it. `tell` is given lines of progress."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.DATA_DIR / "demonstration.lock")
    # Two loaders would otherwise give the same accounts two passwords.
    lock.wait()
    try:
        return _load(tell)
    finally:
        lock.release()


def _load(tell: Callable[[str], None]) -> Loaded:
    selected = open_food_facts.select()
    made_up = fictitious.items()
    statements = sum(civil_status.load(firm) for firm in fictitious.firms())
    items = [*made_up, *selected.items]
    statements += sheets.load(items, tell)
    life.load()
    drawings.load()
    published = sheets.publish(items, tell)
    stocks = sheets.stock(made_up)
    # After the sheets: they are what the links fall back to.
    links.load()
    shops.load()
    certificates.load()
    before = credentials.read()
    after = {
        "version": data.version(),
        **accounts.open_doors(before),
        "products": fictitious.featured(),
    }
    if after != before:
        credentials.write(after)
    return Loaded(
        real=len(selected.items),
        made_up=len(made_up),
        statements=statements,
        published=published,
        stocks=stocks,
        skipped=dict(selected.skipped),
        has_new_credentials=after != before,
    )
