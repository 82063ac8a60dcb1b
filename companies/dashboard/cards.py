"""Cards of the dashboard, and the registry by which other rooms add theirs."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone

from companies.models import Company


class Card(NamedTuple):
    """One figure with its words, and where it leads."""

    title: str
    figure: str
    note: str = ""
    address: str = ""
    link: str = ""
    is_urgent: bool = False


Maker = Callable[[HttpRequest, Company], Card | None]

_makers: list[tuple[int, Maker]] = []


def register_card(order: int, make: Maker) -> None:
    """
    Add a card to the dashboard of every company; the lowest `order` comes first.

    `make` gets a company that the person belongs to, asks a constant number of queries,
    and returns none where there is nothing to show.
    """
    _makers.append((order, make))
    _makers.sort(key=lambda entry: entry[0])


def cards(request: HttpRequest, company: Company) -> list[Card]:
    """Return the cards that other rooms have for a company."""
    made = (make(request, company) for _order, make in _makers)
    return [card for card in made if card is not None]


def address(page: str, *args: object) -> str:
    """Return the address of a page of the admin; empty where there is no such page."""
    try:
        return reverse(f"admin:{page}", args=args)
    except NoReverseMatch:
        return ""


def moment(at: datetime) -> str:
    """Return an instant in words, in the time of the place."""
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
