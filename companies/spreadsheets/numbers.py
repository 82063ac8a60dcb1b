"""
Numbers of a workbook as the texts that a person sees: no noise, percents as percents.

A workbook keeps days as numbers, and a percent as a hundredth; which is which, the
format of the cell says.
"""

import re
from datetime import datetime, time
from decimal import Context, Decimal, DecimalException
from enum import Enum

from openpyxl.styles.numbers import STRIP_RE, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel

# What a spreadsheet program computes with; further digits are noise.
_DIGITS = Context(prec=15)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WRITTEN = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")


class Kind(Enum):
    """What the number of a cell stands for."""

    NUMBER = "number"
    PERCENT = "percent"
    MOMENT = "moment"


def kind_of(number_format: str) -> Kind:
    """Return what numbers in this format stand for."""
    if is_date_format(number_format) and not is_timedelta_format(number_format):
        return Kind.MOMENT
    return Kind.PERCENT if "%" in STRIP_RE.sub("", number_format) else Kind.NUMBER


def number_text(raw: str, kind: Kind, epoch: datetime) -> str:
    """Return the number `raw` of a workbook as text; what is no number, as it is."""
    try:
        number = _DIGITS.create_decimal(raw)
    except DecimalException:
        return raw
    if not number.is_finite() or not -30 < number.adjusted() < 30:
        return raw
    if kind is Kind.MOMENT:
        return _moment(number, epoch) or raw
    if kind is Kind.PERCENT:
        number *= 100
    # Zero keeps no sign and no exponent.
    return f"{number.normalize(_DIGITS):f}" if number else "0"


def _moment(number: Decimal, epoch: datetime) -> str:
    try:
        moment = from_excel(float(number), epoch)
    except (OverflowError, ValueError):
        return ""
    if isinstance(moment, datetime) and moment.time() == time():
        return moment.date().isoformat()
    return str(moment.isoformat()) if isinstance(moment, datetime | time) else ""


def unescaped(text: str) -> str:
    """Return a text of a workbook, in which `_x000D_` stands for a control."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def escaped(text: str) -> str:
    """Return a text as a workbook must hold it: XML has no controls."""
    text = _WRITTEN.sub("_x005F_", text)
    return _CONTROLS.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
