"""The Green-Score of a food, where its inputs are known."""

from decimal import Decimal
from typing import Any

from companies.levels import Status
from products import stored
from products.computing.categories import CATEGORY, is_food
from products.computing.values import computed_from, decimal
from products.drafts import Draft
from products.footprint import green_score, kinds

SCORE = "eco.green_score"
EF = "eco.ef_single_score"
ADJUSTMENTS = "eco.green_score_adjustments"
# In mPt for one kilogram: the dearest foods of Agribalyse are far below.
ABSURD_EF = 1000


def add(draft: Draft) -> None:
    """Compute the score of a food, and set a declared one that differs beside it."""
    ef = decimal(draft, EF)
    if ef is None:
        return
    if not 0 <= ef <= ABSURD_EF:
        draft.flag("eco.ef_impossible", EF, severity="error", ef=stored.plain(ef))
        return
    if not is_food(draft) or _is_not_applicable(draft):
        return
    if (found := _score(draft, ef)) is not None:
        _retain(draft, found)


def _is_not_applicable(draft: Draft) -> bool:
    return bool(draft.documents[SCORE]["status"] == Status.NOT_APPLICABLE)


def _score(draft: Draft, ef: Decimal) -> dict[str, Any] | None:
    given = stored.entries(draft.known(ADJUSTMENTS))
    points = {
        stored.text(entry.get("code")): whole
        for entry in given
        if (whole := stored.whole(entry.get("points"))) is not None
    }
    is_beverage = kinds.is_beverage(stored.texts(draft.known(CATEGORY)))
    try:
        if len(points) < len(given):
            raise ValueError("an adjustment is given twice, or is no whole number")
        found = green_score.green_score(ef, is_beverage=is_beverage, adjustments=points)
    except ValueError:
        draft.flag(
            "eco.adjustment_impossible",
            ADJUSTMENTS,
            severity="error",
            adjustments=", ".join(
                f"{stored.text(one.get('code'))} {stored.text(one.get('points'))}"
                for one in given[:8]
            ),
        )
        return None
    return {
        "grade": found.grade,
        "score": found.score,
        "version": green_score.VERSION,
        "class": "beverage" if is_beverage else "food",
        "lca_score": found.lca_score,
        "adjustments": dict(found.adjustments),
        "assumed": list(found.assumed),
    }


def _retain(draft: Draft, value: dict[str, Any]) -> None:
    declared = draft.documents[SCORE]
    computed = computed_from(draft.documents, [EF, ADJUSTMENTS, CATEGORY], value=value)
    draft.documents[SCORE] = computed
    if declared["status"] != Status.KNOWN:
        return
    others = declared.get("discrepancy", [])
    stated = stored.mapping(declared["value"])
    if _differs(stated, value):
        alone = {key: one for key, one in declared.items() if key != "discrepancy"}
        computed["discrepancy"] = [alone, *others]
        draft.flag(
            "eco.green_score_differs",
            SCORE,
            declared=stored.text(stated.get("grade")),
            computed=value["grade"],
            version=green_score.VERSION,
            on=draft.on.isoformat(),
        )
    elif others:
        computed["discrepancy"] = others


def _differs(stated: Any, value: dict[str, Any]) -> bool:
    """Letters are compared whatever their case; a score only where one is stated."""
    if stored.text(stated.get("grade")).casefold() != value["grade"]:
        return True
    score = stored.number(stated.get("score"))
    return score is not None and score != value["score"]
