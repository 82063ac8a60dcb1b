"""The French environmental cost of a garment: declared, and what we estimate."""

from decimal import Decimal

from companies.levels import Status
from products import stored
from products.computing.categories import CATEGORY, is_food
from products.computing.values import computed_from, decimal
from products.drafts import Draft
from products.footprint import environmental_cost

DECLARED = "eco.environmental_cost"
NUMBER = "eco.environmental_cost_declaration"
IMPACTS = "eco.environmental_impacts"
COMPLEMENTS = "eco.environmental_cost_complements"
DURABILITY = "eco.durability_coefficient"
ESTIMATE = "eco.environmental_cost_estimate"
# Carried by public data, and not part of the sum: the corrected ones are.
NOT_COUNTED = ("etf", "htc", "htn")
TENTH = Decimal("0.1")
# A declared figure further away is shown as another one.
DIFFERS_ABOVE_PCT = 1


def add(draft: Draft) -> None:
    """Estimate the cost from provided impacts, and compare it with the declared one."""
    _check_declared(draft)
    estimate = _estimate(draft)
    if estimate is None:
        return
    draft.documents[ESTIMATE] = computed_from(
        draft.documents,
        [IMPACTS, COMPLEMENTS, DURABILITY],
        value=f"{estimate:f}",
        version=environmental_cost.version(),
    )
    declared = decimal(draft, DECLARED)
    if declared is not None and declared > 0:
        gap = abs(declared - estimate) / declared * 100
        if gap > DIFFERS_ABOVE_PCT:
            draft.flag(
                "eco.environmental_cost_differs",
                DECLARED,
                ESTIMATE,
                declared=stored.plain(declared),
                estimate=stored.plain(estimate),
                version=environmental_cost.version(),
            )


def _check_declared(draft: Draft) -> None:
    declared = decimal(draft, DECLARED)
    if declared is None:
        return
    if declared < 0:
        draft.flag(
            "eco.environmental_cost_negative",
            DECLARED,
            severity="error",
            points=stored.plain(declared),
        )
    if is_food(draft):
        draft.flag("eco.environmental_cost_of_food", DECLARED, CATEGORY)
    if not stored.text(draft.known(NUMBER)):
        draft.flag("eco.declaration_missing", DECLARED, NUMBER)


def _estimate(draft: Draft) -> Decimal | None:
    """Return the points, or none and a flag while an input is missing or impossible."""
    given = stored.entries(draft.known(IMPACTS))
    if not given or is_food(draft):
        return None
    impacts = {
        stored.text(entry.get("code")): amount
        for entry in given
        if (amount := stored.number(entry.get("amount"))) is not None
    }
    for code in [one for one in impacts if not _is_impact(one)][:5]:
        draft.flag("eco.impact_unknown", IMPACTS, impact=code)
    durability = decimal(draft, DURABILITY)
    complements = _complements(draft)
    lacking = environmental_cost.missing(impacts)
    if durability is not None and durability <= 0:
        draft.flag(
            "eco.durability_impossible",
            DURABILITY,
            severity="error",
            coefficient=stored.plain(durability),
        )
    elif lacking or durability is None or complements is None:
        draft.flag(
            "eco.estimate_incomplete",
            *([IMPACTS] if lacking else []),
            *([DURABILITY] if durability is None else []),
            *([COMPLEMENTS] if complements is None else []),
            impacts=", ".join(lacking),
        )
    else:
        points = environmental_cost.of_garment(
            impacts, complements=complements, durability=durability
        )
        return stored.rounded(points, TENTH)
    return None


def _is_impact(code: str) -> bool:
    return code in environmental_cost.categories() or code in NOT_COUNTED


def _complements(draft: Draft) -> Decimal | None:
    """Return their sum in points; none while nobody said whether there are any."""
    if draft.documents[COMPLEMENTS]["status"] in (Status.NONE, Status.NOT_APPLICABLE):
        return Decimal(0)
    given = stored.entries(draft.known(COMPLEMENTS))
    found = [
        points
        for entry in given
        if stored.text(entry.get("code")) in environmental_cost.COMPLEMENTS
        and (points := stored.number(entry.get("points"))) is not None
        and points >= 0
    ]
    if len(found) < len(given):
        draft.flag("eco.complement_impossible", COMPLEMENTS, severity="error")
        return None
    return sum(found, Decimal(0)) if found else None
