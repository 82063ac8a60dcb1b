"""Staff: how many, with which contracts, who leaves, who is covered, who is hurt."""

from decimal import Decimal
from typing import Any

from companies.crosschecks import arithmetic, reading
from companies.crosschecks.formulas import (
    FTE_SLACK,
    HEADCOUNT,
    detail,
    percent_of,
    recomputed,
    staff_of,
    sum_is,
)
from companies.crosschecks.given import Dossier, Finding, Given, Rule
from companies.crosschecks.outcomes import (
    agree,
    disagree,
    inconclusive,
    missing,
    verdict,
)
from companies.crosschecks.sources import Answer, against_french_register
from companies.crosschecks.words import en, fr

# INSEE's “tranche d'effectif salarié”: codes, not sizes. NN is unknown.
BANDS: dict[str, tuple[int, int | None]] = {
    "00": (0, 0),
    "01": (1, 2),
    "02": (3, 5),
    "03": (6, 9),
    "11": (10, 19),
    "12": (20, 49),
    "21": (50, 99),
    "22": (100, 199),
    "31": (200, 249),
    "32": (250, 499),
    "41": (500, 999),
    "42": (1_000, 1_999),
    "51": (2_000, 4_999),
    "52": (5_000, 9_999),
    "53": (10_000, None),
}
# An agreement that the register lists covers about everybody in France.
ABOUT_ALL = Decimal(90)
# A definition shorter than this says nothing of who is counted.
LEAST_DEFINITION = 15
# Nobody is trained longer: VSME B10, ten weeks.
MOST_TRAINING = Decimal(400)


def _band(one: Given, found: Answer, _: Dossier) -> Finding:
    """Look whether the staff in France lies in the register's band of the same year."""
    band = reading.text(found.content.get("band"))
    year = reading.number(found.content.get("band_year"))
    # The register counts those whom the French company employs in France.
    count = _in_france(one)
    if band not in BANDS or year is None or count is None or found.masks("band"):
        return missing(f"la tranche chez {found.fr}", f"the band at {found.en} is")
    least, most = BANDS[band]
    inputs: dict[str, Any] = {
        "count": count,
        "unit": one.unit,
        "year": one.year,
        "band": band,
        "band_year": year,
    }
    span_fr = _span(fr(least), fr(most) if most is not None else "", "et plus")
    span_en = _span(en(least), en(most) if most is not None else "", "and more")
    if year != one.year:
        return inconclusive(
            f"{found.fr} : {span_fr} en {year}, une autre année que {one.year}.",
            f"{found.en}: {span_en} in {year}, another year than {one.year}.",
            **inputs,
        )
    if one.unit and one.unit != HEADCOUNT:
        return inconclusive(
            f"{found.fr} : {span_fr} personnes, l’effectif est en équivalents"
            " temps plein.",
            f"{found.en}: {span_en} people, the staff is stated in full-time"
            " equivalents.",
            **inputs,
        )
    holds = count >= least and (most is None or count < most + 1)
    return verdict(
        f"{found.fr} : {span_fr} en {year}, {'concordant' if holds else 'différent'}.",
        f"{found.en}: {span_en} in {year}, {'in agreement' if holds else 'different'}.",
        holds=holds,
        independent=True,
        **inputs,
    )


def _in_france(one: Given) -> Decimal | None:
    """Return how many work in France; none where the countries do not say it."""
    by_country = reading.numbers(one.details.get("by_country"))
    if not by_country:
        return reading.number(one.value)
    codes = {reading.country(name): count for name, count in by_country.items()}
    return codes.get("FR")


def _span(least: str, most: str, more: str) -> str:
    if not most:
        return f"{least} {more}"
    return least if least == most else f"{least}–{most}"


def _breakdown(key: str) -> Rule:
    def judge(one: Given, _: Dossier) -> Finding:
        parts = reading.numbers(one.details.get(key))
        slack = Decimal(0) if one.unit in {"", HEADCOUNT} else FTE_SLACK
        return sum_is(one, parts, slack=slack)

    return Rule(f"employees.{key}", 1, ("employees",), judge)


def after_sales_definition(one: Given, _: Dossier) -> Finding:
    """Ask who is counted: no standard says it, so the company must."""
    said = reading.text(one.details.get("definition"))
    if len(said) < LEAST_DEFINITION:
        return missing(
            "la définition de qui est compté", "who is counted is", definition=said
        )
    return agree(
        f"Définition donnée : {reading.short(said, 120)}",
        f"Definition given: {reading.short(said, 120)}",
        definition=said,
    )


def after_sales_ratio(one: Given, dossier: Dossier) -> Finding:
    """Compute 100 · after-sales staff ÷ employees, both of one year."""
    staff = staff_of(one, dossier)
    if isinstance(staff, Finding):
        return staff
    counted_on = reading.day(one.details.get("counted_on"))
    if counted_on and counted_on.year != staff.year:
        return inconclusive(
            f"SAV compté le {counted_on}, effectif de {staff.year} : à rapprocher.",
            f"After-sales counted on {counted_on}, employees of {staff.year}:"
            " to be compared.",
            counted_on=counted_on,
            employees_year=staff.year,
        )
    after_sales = detail(one, "after_sales_staff")
    return recomputed(
        one,
        arithmetic.share,
        after_sales,
        staff.size,
        unit="%",
        after_sales_staff=after_sales,
        employees=staff.size,
        unit_of_staff=staff.unit,
    )


def staff_turnover(one: Given, _: Dossier) -> Finding:
    """Compute leavers ÷ the mean of the staff at the start and at the end."""
    parts: dict[str, Any] = {
        key: detail(one, key) for key in ("leavers", "start", "end")
    }
    return recomputed(
        one, percent_of(arithmetic.turnover_rate), *parts.values(), unit="%", **parts
    )


def permanent_share(one: Given, dossier: Dossier) -> Finding:
    """Compute the share of permanent contracts, which with the others are everybody."""
    parts: dict[str, Any] = {
        key: detail(one, key) for key in ("permanent", "temporary")
    }
    permanent, temporary = parts.values()
    staff = staff_of(one, dossier)
    if (
        permanent is not None
        and temporary is not None
        and not isinstance(staff, Finding)
        and abs(permanent + temporary - staff.size) > FTE_SLACK
    ):
        added = permanent + temporary
        if staff.unit not in {"", HEADCOUNT}:
            return inconclusive(
                f"Contrats : {fr(added)} en tout, {fr(staff.size)} équivalents temps"
                " plein ; à rapprocher.",
                f"Contracts: {en(added)} in all, {en(staff.size)} full-time"
                " equivalents; to be compared.",
                employees=staff.size,
                **parts,
            )
        return disagree(
            f"Contrats : {fr(added)} en tout, effectif déclaré {fr(staff.size)}.",
            f"Contracts: {en(added)} in all, employees stated {en(staff.size)}.",
            employees=staff.size,
            **parts,
        )
    return recomputed(
        one,
        lambda some, others: arithmetic.share(some, some + others),
        permanent,
        temporary,
        unit="%",
        **parts,
    )


def cba_coverage(one: Given, dossier: Dossier) -> Finding:
    """Compute 100 · employees covered ÷ employees."""
    staff = staff_of(one, dossier)
    if isinstance(staff, Finding):
        return staff
    covered = detail(one, "covered")
    if covered is not None and staff.unit not in {"", HEADCOUNT}:
        return inconclusive(
            f"{fr(covered)} salariés couverts, {fr(staff.size)} équivalents temps"
            " plein ; à rapprocher.",
            f"{en(covered)} employees covered, {en(staff.size)} full-time"
            " equivalents; to be compared.",
            covered=covered,
            employees=staff.size,
        )
    return recomputed(
        one,
        percent_of(arithmetic.ratio),
        covered,
        staff.size,
        unit="%",
        covered=covered,
        employees=staff.size,
    )


def _cba_sirene(one: Given, found: Answer, dossier: Dossier) -> Finding:
    """Expect about everybody to be covered where the register lists an agreement."""
    listed = found.content.get("idcc")
    idcc = (
        [code for code in map(reading.code, listed) if code]
        if isinstance(listed, list | tuple)
        else []
    )
    stated = reading.number(one.value)
    if not idcc or stated is None:
        return missing(
            f"la convention chez {found.fr}", f"the agreement at {found.en} is"
        )
    shown = ", ".join(reading.short(code, 10) for code in idcc[:5])
    inputs: dict[str, Any] = {"stated": stated, "idcc": idcc}
    if stated < ABOUT_ALL and _is_abroad_too(dossier):
        return inconclusive(
            f"{found.fr} : IDCC {shown}, pour le seul personnel en France.",
            f"{found.en}: IDCC {shown}, for the staff in France only.",
            **inputs,
        )
    holds = stated >= ABOUT_ALL
    return verdict(
        f"{found.fr} : IDCC {shown}, environ 100 % attendus, déclaré {fr(stated)} %.",
        f"{found.en}: IDCC {shown}, about 100% expected, stated {en(stated)}%.",
        holds=holds,
        independent=True,
        **inputs,
    )


def _is_abroad_too(dossier: Dossier) -> bool:
    return any(
        set(reading.mapping(one.details.get("by_country"))) - {"FR"}
        for one in dossier.facts.get("employees", ())
    )


def accident_rate(one: Given, dossier: Dossier) -> Finding:
    """Compute accidents per 200 000 hours; 2 000 hours each where none were counted."""
    accidents, hours = detail(one, "accidents"), detail(one, "hours_worked")
    if hours is not None:
        return recomputed(
            one,
            arithmetic.accident_rate,
            accidents,
            hours,
            accidents=accidents,
            hours_worked=hours,
        )
    staff = staff_of(one, dossier)
    if isinstance(staff, Finding):
        return staff
    assumed = arithmetic.hours_default(staff.size)
    found = recomputed(
        one,
        arithmetic.accident_rate,
        accidents,
        assumed,
        accidents=accidents,
        hours_assumed=assumed,
    )
    # What was assumed contradicts nobody.
    return (
        inconclusive(
            f"Avec 2 000 h par personne (supposées) : {found.text_fr}",
            f"With 2,000 h per person (assumed): {found.text_en}",
            **found.inputs,
        )
        if found.outcome == "disagree"
        else found
    )


def training_hours(one: Given, dossier: Dossier) -> Finding:
    """Compute hours in all ÷ employees; 0 to 400 hours each."""
    stated = reading.number(one.value)
    if stated is not None and not 0 <= stated <= MOST_TRAINING:
        return disagree(
            f"{fr(stated)} h par salarié : hors de 0–400.",
            f"{en(stated)} h per employee: outside 0–400.",
            stated=stated,
        )
    staff = staff_of(one, dossier)
    if isinstance(staff, Finding):
        return staff
    hours = detail(one, "total_hours")
    return recomputed(
        one,
        arithmetic.ratio,
        hours,
        staff.size,
        unit="h",
        total_hours=hours,
        employees=staff.size,
    )


RULES = (
    Rule(
        "employees.band", 1, ("employees",), against_french_register(_band),
        asks_others=True,
    ),
    _breakdown("by_contract"),
    _breakdown("by_gender"),
    _breakdown("by_country"),
    Rule("after_sales.definition", 1, ("after_sales_share",), after_sales_definition),
    Rule("after_sales.ratio", 1, ("after_sales_share",), after_sales_ratio),
    Rule("staff_turnover.formula", 1, ("staff_turnover",), staff_turnover),
    Rule("permanent.formula", 1, ("permanent_share",), permanent_share),
    Rule("cba.formula", 1, ("cba_coverage",), cba_coverage),
    Rule(
        "cba.sirene", 1, ("cba_coverage",), against_french_register(_cba_sirene),
        asks_others=True,
    ),
    Rule("accidents.formula", 1, ("accident_rate",), accident_rate),
    Rule("training.formula", 1, ("training_hours",), training_hours),
)  # fmt: skip
