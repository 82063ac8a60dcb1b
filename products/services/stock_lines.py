"""
One line of a bulk of counts, as a program sent it: read, or refused in words.

What a program sends is not trusted: every member may be of any type.
"""

import unicodedata
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from products import gtin as arithmetic

MAX_STORE = 120
# More than any shop has of anything; beyond it somebody counts grains.
MAX_QUANTITY = 10_000_000
MAX_VERSION = 2**31 - 1
# Two clocks never agree: so far into the future is now.
CLOCKS_DIFFER = timedelta(minutes=2)
OLDEST = timedelta(days=366)
MEMBERS = frozenset({"gtin", "store", "quantity", "as_of", "version"})


class Count(NamedTuple):
    """How many units of a product one shop has; `as_of` none means now."""

    gtin: str
    store: str
    quantity: int
    as_of: datetime | None = None
    # What the sender believes to be the version of before; 0 where there is none.
    version: int | None = None


class LineRefused(Exception):
    """A line does not say what it must."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def read(line: Any, *, now: datetime) -> Count:
    """Return what a line counts, or raise `LineRefused`."""
    if not isinstance(line, dict):
        raise LineRefused("line_refused", _("A line is an object."))
    if unknown := sorted(set(line) - MEMBERS):
        raise LineRefused(
            "member_unknown",
            _("A line has no member “%(name)s”.") % {"name": shown(unknown[0])},
        )
    return Count(
        _gtin(line.get("gtin")),
        store_name(line.get("store")),
        _quantity(line.get("quantity")),
        _moment(line.get("as_of"), now),
        _version(line.get("version")),
    )


def shown(value: Any) -> str:
    """Return what can be said again of something that was sent, shortened."""
    text = str(value) if isinstance(value, str | int) else ""
    return text[:40] if text.isprintable() else ""


def store_name(value: Any) -> str:
    """
    Return the name, the short name or the GLN by which a shop is known.

    Written in one way: composed letters, one space between words.
    """
    if not isinstance(value, str) or not value.strip():
        raise LineRefused("store_missing", _("Say in which shop."))
    name = " ".join(unicodedata.normalize("NFC", value).split())
    if len(name) > MAX_STORE or not name.isprintable():
        raise LineRefused(
            "store_refused",
            _("The name of a shop has at most %(most)s printable characters.")
            % {"most": MAX_STORE},
        )
    if arithmetic.DIGITS.fullmatch(name) and len(name) == 13:
        expected = str(arithmetic.check_digit(name[:-1]))
        if name[-1] != expected:
            raise LineRefused(
                "store_refused",
                _("The check digit of the GLN %(gln)s should be %(expected)s.")
                % {"gln": name, "expected": expected},
            )
    return name


def _gtin(value: Any) -> str:
    if isinstance(value, str):
        if arithmetic.is_gtin(value):
            return value.zfill(14)
        if len(value) in arithmetic.LENGTHS and arithmetic.DIGITS.fullmatch(value):
            raise LineRefused(
                "invalid_gtin",
                _("The check digit of %(gtin)s is wrong; %(expected)s would be right.")
                % {"gtin": value, "expected": arithmetic.check_digit(value[:-1])},
            )
    raise LineRefused("invalid_gtin", _("A GTIN has 8, 12, 13 or 14 digits, as text."))


def _quantity(value: Any) -> int:
    if not _is_whole(value):
        raise LineRefused("quantity_refused", _("A quantity is a whole number."))
    if value < 0:
        raise LineRefused("quantity_negative", _("No shop has less than nothing."))
    if value > MAX_QUANTITY:
        raise LineRefused(
            "quantity_too_large",
            _("A quantity is at most %(most)s.") % {"most": MAX_QUANTITY},
        )
    return int(value)


def _moment(value: Any, now: datetime) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        if moment > now + CLOCKS_DIFFER:
            raise LineRefused("as_of_in_the_future", _("This count is in the future."))
        is_old = moment < now - OLDEST
    except (TypeError, ValueError, OverflowError) as error:
        raise LineRefused(
            "as_of_refused",
            _("A time is written with its offset, such as 2026-11-21T10:00:00Z."),
        ) from error
    if is_old:
        raise LineRefused("as_of_too_old", _("This count is more than a year old."))
    return min(moment, now)


def _version(value: Any) -> int | None:
    if value is None:
        return None
    if not _is_whole(value) or not 0 <= value <= MAX_VERSION:
        raise LineRefused(
            "version_refused",
            _("A version is the whole number that the last answer gave, or 0."),
        )
    return int(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
