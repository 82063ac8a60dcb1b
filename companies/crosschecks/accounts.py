"""Money: turnover as it was filed, how late suppliers are paid, fines."""

from decimal import Decimal
from typing import Any

from companies.crosschecks import arithmetic, reading
from companies.crosschecks.formulas import detail
from companies.crosschecks.given import Dossier, Finding, Given, Rule
from companies.crosschecks.outcomes import (
    agree,
    disagree,
    doubt,
    inconclusive,
    missing,
    verdict,
)
from companies.crosschecks.sources import Answer, against_french_register
from companies.crosschecks.words import en, fr

CURRENCY = "EUR"
# Directive 2011/7/EU: the longest term between companies, save agreement.
LONGEST_DELAY = Decimal(60)
DAYS_OF_YEAR = Decimal(365)


def _turnover(one: Given, found: Answer, _: Dossier) -> Finding:
    """Compare with the accounts filed for the same year, one per cent apart at most."""
    accounts = reading.mapping(found.content.get("finances"))
    filed = reading.number(reading.mapping(accounts.get(str(one.year))).get("turnover"))
    stated = reading.number(one.value)
    # Registers write 0 for what a company chose not to publish.
    if not filed or stated is None or found.masks("finances", "turnover"):
        return missing(
            f"le chiffre d’affaires {one.year} chez {found.fr}",
            f"the turnover of {one.year} at {found.en} is",
            year=one.year,
        )
    inputs: dict[str, Any] = {"stated": stated, "register": filed, "year": one.year}
    if one.unit not in {"", CURRENCY}:
        return inconclusive(
            f"{found.fr} : {fr(filed)} EUR ; déclaré en {reading.short(one.unit, 10)}.",
            f"{found.en}: EUR {en(filed)}; stated in {reading.short(one.unit, 10)}.",
            **inputs,
        )
    holds = arithmetic.is_near(stated, filed)
    return verdict(
        f"{found.fr} : {fr(filed)} EUR en {one.year},"
        f" {'concordant' if holds else 'différent'} (± 1 %).",
        f"{found.en}: EUR {en(filed)} in {one.year},"
        f" {'in agreement' if holds else 'different'} (±1%).",
        holds=holds,
        independent=True,
        **inputs,
    )


def payment_limit(one: Given, _: Dossier) -> Finding:
    """Ask for 0 to 365 days; above 60 the figure is flagged, not contradicted."""
    days = reading.number(one.value)
    if days is None:
        return missing("un nombre lisible", "a readable number is")
    if not 0 <= days <= DAYS_OF_YEAR:
        return disagree(
            f"Jours : {fr(days)}, hors de 0–365.", f"Days: {en(days)}, outside 0–365.",
            stated=days,
        )  # fmt: skip
    if days > LONGEST_DELAY:
        return doubt(
            f"{fr(days)} jours : au-delà des 60 jours usuels.",
            f"{en(days)} days: above the usual 60 days.",
            stated=days,
        )
    return agree(
        f"Jours : {fr(days)}, 60 au plus.",
        f"Days: {en(days)}, 60 at most.",
        stated=days,
    )


def convictions_amount(one: Given, _: Dossier) -> Finding:
    """Ask for the amount of fines where there are convictions, and for none else."""
    count, amount = reading.number(one.value), detail(one, "amount")
    inputs: dict[str, Any] = {"count": count, "amount": amount}
    if count is None:
        return missing("un nombre lisible", "a readable number is")
    if count > 0 and amount is None:
        return missing("le montant des amendes", "the amount of the fines is", **inputs)
    holds = count >= 0 and (amount or 0) >= 0 and not (count == 0 and amount)
    fines = amount or Decimal(0)
    return verdict(
        f"Condamnations : {fr(count)} ; amendes : {fr(fines)} EUR.",
        f"Convictions: {en(count)}; fines: EUR {en(fines)}.",
        holds=holds,
        **inputs,
    )


RULES = (
    Rule(
        "turnover.accounts", 1, ("turnover",), against_french_register(_turnover),
        asks_others=True,
    ),
    Rule("payment.limit", 1, ("payment_delay",), payment_limit),
    Rule("convictions.amount", 1, ("convictions",), convictions_amount),
)  # fmt: skip
