"""What does not fit in a price, in its breakdown and in the pay behind it."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from products.cleaning import SMALLEST_GROUP
from products.drafts import Flag, flagged
from products.price import labour
from products.price.breakdown import (
    CENT,
    CODES,
    LABOUR,
    MARGINS,
    TAX,
    Breakdown,
    before_tax,
    gap_to_stated_cost_pct,
)
from products.stored import plain, rounded

COMPONENTS = "price.components"
PRICE = "price.price_ttc"
RATE = "price.vat_rate"
COST = "price.stated_cost"
BY_PLACE = "price.labour_by_place"
WORK = "manufacturing.work_time"
CURRENCY = re.compile("[A-Z]{3}")
# The highest rate in the European Union is 27 %.
HIGHEST_RATE = Decimal(30)
MOST_OF_A_RULE = 5


class Component(NamedTuple):
    """One line of a breakdown, and the country of its place where it is known."""

    code: str
    amount: Decimal
    country: str = ""


class Priced(NamedTuple):
    """What is said of a price, read from the sheet."""

    components: tuple[Component, ...]
    breakdown: Breakdown
    price_ttc: Decimal | None
    vat_rate: Decimal | None
    stated_cost: Decimal | None
    groups: tuple[labour.Group, ...]
    work_minutes: int | None
    # The currency of each amount by its field.
    currencies: tuple[tuple[str, str], ...]
    on: date

    @property
    def currency(self) -> str:
        """Return the currency of the components, else that of the price."""
        said = dict(self.currencies)
        return said.get(COMPONENTS) or said.get(PRICE) or said.get(BY_PLACE) or ""

    @property
    def is_one_currency(self) -> bool:
        """Say whether all amounts can be compared."""
        return len({unit for _path, unit in self.currencies if unit}) <= 1


def check(priced: Priced) -> list[Flag]:
    """Return what does not fit, a few findings by rule."""
    return [flag for rule in RULES for flag in islice(rule(priced), MOST_OF_A_RULE)]


def _unknown_codes(priced: Priced) -> Iterator[Flag]:
    for one in priced.components:
        if one.code not in CODES:
            yield flagged(
                "price.component_unknown",
                COMPONENTS,
                code=one.code,
                amount=plain(one.amount),
                currency=priced.currency,
            )


def _negative(priced: Priced) -> Iterator[Flag]:
    for one in priced.components:
        if one.amount < 0:
            yield flagged(
                "price.amount_negative",
                COMPONENTS,
                severity="error",
                code=one.code,
                amount=plain(one.amount),
                currency=priced.currency,
            )
    for path, amount in ((PRICE, priced.price_ttc), (COST, priced.stated_cost)):
        if amount is not None and amount <= 0:
            yield flagged(
                "price.price_not_positive",
                path,
                severity="error",
                amount=plain(amount),
                currency=priced.currency,
            )


def _above_price(priced: Priced) -> Iterator[Flag]:
    if not priced.is_one_currency or not priced.price_ttc or priced.price_ttc < 0:
        return
    for one in priced.components:
        if one.amount > priced.price_ttc:
            yield flagged(
                "price.component_above_price",
                COMPONENTS,
                PRICE,
                severity="error",
                code=one.code,
                amount=plain(one.amount),
                price=plain(priced.price_ttc),
                currency=priced.currency,
            )


def _currencies(priced: Priced) -> Iterator[Flag]:
    if not priced.is_one_currency:
        named = [(path, unit) for path, unit in priced.currencies if unit]
        yield flagged(
            "price.currencies_mixed",
            *(path for path, _unit in named),
            severity="error",
            currencies=", ".join(sorted({unit for _path, unit in named})),
        )
    for path, unit in priced.currencies:
        if unit and not CURRENCY.fullmatch(unit):
            yield flagged("price.currency_unknown", path, currency=unit)


def _vat_rate(priced: Priced) -> Iterator[Flag]:
    rate = priced.vat_rate
    if rate is not None and not 0 <= rate <= HIGHEST_RATE:
        yield flagged("price.vat_rate_unusual", RATE, rate=plain(rate))


def _vat_line(priced: Priced) -> Iterator[Flag]:
    """Compare the VAT line with the price less the price before VAT, to the cent."""
    price_ht = before_tax(priced.price_ttc, priced.vat_rate)
    lines = [one.amount for one in priced.components if one.code == TAX]
    if not lines or price_ht is None or priced.price_ttc is None:
        return
    if not priced.is_one_currency:
        return
    stated = sum(lines, Decimal(0))
    computed = rounded(priced.price_ttc - price_ht, CENT)
    if computed is not None and abs(stated - computed) > CENT:
        yield flagged(
            "price.vat_line_mismatch",
            COMPONENTS,
            PRICE,
            RATE,
            severity="error",
            stated=plain(stated),
            computed=plain(computed),
            currency=priced.currency,
        )


def _sum(priced: Priced) -> Iterator[Flag]:
    """Hold a breakdown that claims to be whole, with margin and VAT, to its sum."""
    codes = {one.code for one in priced.components}
    is_whole = TAX in codes and bool(codes & set(MARGINS))
    if not is_whole or not priced.price_ttc or not priced.is_one_currency:
        return
    if priced.breakdown.completeness == "partial":
        yield flagged(
            "price.does_not_add_up",
            COMPONENTS,
            PRICE,
            severity="error",
            sum=plain(priced.breakdown.total),
            price=plain(priced.price_ttc),
            currency=priced.currency,
        )


def _stated_cost(priced: Priced) -> Iterator[Flag]:
    codes = {one.code for one in priced.components}
    if not codes or codes & {TAX, *MARGINS} or not priced.is_one_currency:
        return
    if priced.stated_cost is None:
        return
    gap = gap_to_stated_cost_pct(priced.breakdown.total, priced.stated_cost)
    if gap is not None and abs(gap) > 1:
        yield flagged(
            "price.stated_cost_mismatch",
            COMPONENTS,
            COST,
            sum=plain(priced.breakdown.total),
            cost=plain(priced.stated_cost),
            gap=plain(gap),
            currency=priced.currency,
        )


def _minute_below_minimum(priced: Priced) -> Iterator[Flag]:
    """One hour of work costs the legal minimum of its place at least."""
    places = {one.country for one in priced.components if one.code in LABOUR}
    if places <= {""}:
        places = {one.country for one in priced.groups}
    cost, work = priced.breakdown.labour_cost, priced.work_minutes
    if len(places) != 1 or cost is None or not work:
        return
    (country,) = places
    minimum = labour.legal_minimum(country, priced.currency, on=priced.on)
    # Of the unrounded minute: sixty times its rounding may cross the minimum.
    hourly = cost * 60 / work
    if minimum is not None and hourly < minimum.hourly:
        yield flagged(
            "price.labour_below_minimum",
            COMPONENTS,
            WORK,
            hourly=plain(rounded(hourly, CENT) or Decimal(0)),
            minimum=plain(minimum.hourly),
            currency=priced.currency,
            country=country,
            source=minimum.source,
            since=minimum.since.isoformat(),
        )


def _pay_below_minimum(priced: Priced) -> Iterator[Flag]:
    currency = dict(priced.currencies).get(BY_PLACE) or priced.currency
    for one in priced.groups:
        minimum = labour.legal_minimum(one.country, currency, on=priced.on)
        if minimum is None or one.remuneration is None or not one.is_large_enough:
            continue
        if one.remuneration < minimum.hourly:
            yield flagged(
                "price.pay_below_minimum",
                BY_PLACE,
                hourly=plain(one.remuneration),
                minimum=plain(minimum.hourly),
                currency=currency,
                country=one.country,
                source=minimum.source,
                since=minimum.since.isoformat(),
            )


def _small_groups(priced: Priced) -> Iterator[Flag]:
    for one in priced.groups:
        if not one.is_large_enough:
            yield flagged(
                "price.group_too_small",
                BY_PLACE,
                country=one.country,
                least=SMALLEST_GROUP,
            )


def _unsourced(priced: Priced) -> Iterator[Flag]:
    for one in priced.groups:
        if one.living_wage is not None and not labour.is_sourced(one, on=priced.on):
            yield flagged("price.living_wage_unsourced", BY_PLACE, country=one.country)


def _minutes(priced: Priced) -> Iterator[Flag]:
    """Sum the minutes of the places: they are part of the work on one unit."""
    minutes = sum((one.minutes or Decimal(0) for one in priced.groups), Decimal(0))
    if priced.work_minutes is not None and minutes > priced.work_minutes:
        yield flagged(
            "price.minutes_above_work_time",
            BY_PLACE,
            WORK,
            minutes=plain(minutes),
            work=priced.work_minutes,
        )


RULES: tuple[Callable[[Priced], Iterator[Flag]], ...] = (
    _currencies,
    _negative,
    _above_price,
    _sum,
    _stated_cost,
    _vat_rate,
    _vat_line,
    _unknown_codes,
    _minute_below_minimum,
    _pay_below_minimum,
    _small_groups,
    _unsourced,
    _minutes,
)
