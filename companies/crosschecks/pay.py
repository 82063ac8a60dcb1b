"""Pay: the gap, the French index, the ratio, the living wage."""

from decimal import Decimal
from typing import Any

from companies.crosschecks import arithmetic, reading
from companies.crosschecks.formulas import (
    HEADCOUNT,
    detail,
    percent_of,
    recomputed,
    staff_of,
)
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

HUNDRED = Decimal(100)
# Code du travail, L1142-8: who has an index at all.
LEAST_STAFF = Decimal(50)
# An index of fewer indicators is published only from so many points that could be had.
LEAST_POINTS = Decimal(75)
# Points of the French index by what companies usually call its indicators: up to 250
# employees raises and promotions are one indicator of 35 points.
POINTS = {
    "remuneration": 40,
    "pay": 40,
    "augmentation": 20,
    "augmentations": 20,
    "raises": 20,
    "promotion": 15,
    "promotions": 15,
    "maternite": 15,
    "conge": 15,
    "maternity": 15,
    "leave": 15,
    "hautes": 10,
    "top": 10,
}
RAISES, RAISES_ALONE = 20, 35
PROMOTIONS = frozenset({"promotion", "promotions"})
# Of a company with more than 250 employees; of another one, four.
ALL_INDICATORS, FEWER = 5, 4


def pay_gap(one: Given, _: Dossier) -> Finding:
    """Compute 100 · (men less women) ÷ men, mean hourly pay."""
    parts: dict[str, Any] = {
        key: detail(one, key) for key in ("male_hourly", "female_hourly")
    }
    return recomputed(
        one, percent_of(arithmetic.pay_gap), *parts.values(), unit="%", **parts
    )


def equality_sum(one: Given, _: Dossier) -> Finding:
    """Add the indicators up; where some cannot be had, of 100 what the rest give."""
    points = reading.numbers(one.details.get("indicators"))
    stated = reading.number(one.value)
    if stated is not None and not 0 <= stated <= HUNDRED:
        return disagree(
            f"{fr(stated)} : hors de 0–100.", f"{en(stated)}: outside 0–100.",
            stated=stated,
        )  # fmt: skip
    if stated is None or points is None:
        return missing("la répartition des points", "the breakdown of the points is")
    added = arithmetic.total(points.values())
    inputs: dict[str, Any] = {"stated": stated, "indicators": points, "sum": added}
    expected = [
        arithmetic.share(added, possible)
        for possible in _possible(points)
        if possible >= LEAST_POINTS
    ]
    is_whole = len(points) == FEWER and arithmetic.is_rounded(stated, added)
    if len(points) >= ALL_INDICATORS or (is_whole and not expected):
        expected = [added]
    if not expected:
        return inconclusive(
            f"Somme : {fr(added)} points ; indicateurs trop peu nombreux, ou inconnus.",
            f"Sum: {en(added)} points; too few indicators, or unknown ones.",
            **inputs,
        )
    return verdict(
        f"Somme des indicateurs : {fr(expected[0])} ; déclaré {fr(stated)}.",
        f"Sum of the indicators: {en(expected[0])}; stated {en(stated)}.",
        holds=any(arithmetic.is_rounded(stated, one) for one in expected),
        **inputs,
    )


def _possible(points: dict[str, Decimal]) -> list[Decimal]:
    """
    Return how many points these indicators could give; nothing for unknown names.

    Without promotions, raises are those of the smaller companies, with 35 points, or
    the larger company's own 20 points, its promotions being none to be had.
    """
    words = [reading.words(name) for name in points]
    known = [[POINTS[word] for word in name if word in POINTS] for name in words]
    if not all(known):
        return []
    total = sum(one[0] for one in known)
    has_promotions = any(PROMOTIONS & set(name) for name in words)
    raises = [one[0] for one in known].count(RAISES)
    if has_promotions or raises != 1:
        return [Decimal(total)]
    return [Decimal(total - RAISES + RAISES_ALONE), Decimal(total)]


def equality_staff(one: Given, dossier: Dossier) -> Finding:
    """Ask for at least 50 employees: below, the law knows no index."""
    staff = staff_of(one, dossier)
    if isinstance(staff, Finding):
        return staff
    inputs: dict[str, Any] = {"employees": staff.size, "unit": staff.unit}
    if staff.size < LEAST_STAFF and staff.unit not in {"", HEADCOUNT}:
        return inconclusive(
            f"{fr(staff.size)} équivalents temps plein : le seuil compte des"
            " personnes.",
            f"{en(staff.size)} full-time equivalents: the threshold counts people.",
            **inputs,
        )
    holds = staff.size >= LEAST_STAFF
    return verdict(
        f"Effectif : {fr(staff.size)} ; l’index existe à partir de 50.",
        f"Employees: {en(staff.size)}; the index exists from 50.",
        holds=holds,
        **inputs,
    )


def _equality_sirene(one: Given, found: Answer, _: Dossier) -> Finding:
    """Look whether an index is filed: it exists, whatever its points."""
    has_index = found.content.get("has_equality_index")
    if not isinstance(has_index, bool):
        return missing("l’indication du registre", "the register's flag is")
    stated = reading.plain(one.value)
    if has_index:
        return agree(
            f"{found.fr} : un index est déposé.",
            f"{found.en}: an index is filed.",
            stated=stated,
            has_equality_index=True,
        )
    # The flag may be months old, and small companies need not file one.
    return doubt(
        f"{found.fr} : aucun index déposé.",
        f"{found.en}: no index filed.",
        stated=stated,
        has_equality_index=False,
    )


def pay_ratio(one: Given, _: Dossier) -> Finding:
    """Ask for at least 1: nobody's highest pay is below the median."""
    stated = reading.number(one.value)
    if stated is None:
        return missing("un nombre lisible", "a readable number is")
    return verdict(
        f"Ratio {fr(stated)}, au moins 1 attendu.",
        f"Ratio {en(stated)}, at least 1 expected.",
        holds=stated >= 1,
        stated=stated,
    )


def living_wage(one: Given, dossier: Dossier) -> Finding:
    """Ask for the benchmark with its year and region, and a share of 0 to 100 %."""
    stated = reading.number(one.value)
    benchmark = reading.text(one.details.get("benchmark"))
    region = reading.text(one.details.get("region"))
    year = reading.number(one.details.get("benchmark_year"))
    inputs: dict[str, Any] = {
        "stated": stated,
        "benchmark": benchmark,
        "region": region,
        "year": year,
    }
    if stated is not None and not 0 <= stated <= HUNDRED:
        return disagree(
            f"{fr(stated)} % : hors de 0–100.", f"{en(stated)}%: outside 0–100.",
            **inputs,
        )  # fmt: skip
    if year is not None and year > dossier.today.year:
        return disagree(
            f"Référence de {year:f} : à venir.",
            f"Benchmark of {year:f}: still to come.",
            **inputs,
        )
    if stated is None or not benchmark or not region or year is None:
        return missing(
            "la référence, son année ou sa région",
            "the benchmark, its year or its region is",
            **inputs,
        )
    return agree(
        f"Référence : {reading.short(benchmark)}, {reading.short(region)}, {year:f}.",
        f"Benchmark: {reading.short(benchmark)}, {reading.short(region)}, {year:f}.",
        **inputs,
    )


RULES = (
    Rule("pay_gap.formula", 1, ("gender_pay_gap",), pay_gap),
    Rule("equality.sum", 1, ("equality_index",), equality_sum),
    Rule("equality.staff", 1, ("equality_index",), equality_staff),
    Rule(
        "equality.sirene", 2, ("equality_index",),
        against_french_register(_equality_sirene), asks_others=True,
    ),
    Rule("pay_ratio.least", 1, ("pay_ratio",), pay_ratio),
    Rule("living_wage.benchmark", 1, ("living_wage",), living_wage),
)  # fmt: skip
