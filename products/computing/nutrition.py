"""What follows from the nutrients: the Nutri-Score, and what does not fit."""

from decimal import Decimal
from typing import Any

from companies.levels import Status
from products import stored
from products.computing.values import computed_from
from products.drafts import Draft
from products.nutrition import scoring
from products.nutrition.assessing import NOT_APPLICABLE, Assessment, assess
from products.nutrition.foods import Food, Nutrients
from products.nutrition.quality import Finding

GRADE = "nutrition.nutri_score"
# Where each input of the rules stands on the sheet, if not under its own name.
PATHS = {
    "fvl_pct": "nutrition.fruits_vegetables_legumes_pct",
    "serving": "nutrition.serving_size",
    "pack": "identity.net_content",
    "categories": "identity.category",
}
# Stated by their code in one list: most foods have none of them.
LISTED = frozenset(
    {
        "starch",
        "polyols",
        "erythritol",
        "alcohol",
        "organic_acids",
        "ala",
        "epa_dha",
    }
)
# In grams or millilitres, by unit of UNECE Rec 20: whether it is a volume, how many.
MEASURES = {
    "GRM": (False, 1),
    "KGM": (False, 1000),
    "MLT": (True, 1),
    "CLT": (True, 10),
    "LTR": (True, 1000),
}
# What an assumption of the rules rests on.
INPUT_OF = {
    "energy_from_kcal": "energy_kcal",
    "converted_from_serving": "serving",
    "no_fat_no_saturates": "fat",
    "no_carbohydrates_no_sugars": "carbohydrates",
}
ANSWERED = frozenset({Status.KNOWN, Status.NONE})
SHOWN = Decimal("0.0001")
# As long as the vocabulary lets a text be.
MAX_INGREDIENTS = 10_000


def add(draft: Draft) -> None:
    """Add the Nutri-Score of a food, and flag what does not fit."""
    food = _food(draft)
    assessed = assess(food)
    if not _is_food(food, assessed, draft):
        return
    for finding in assessed.findings:
        _flag(draft, finding)
    declared = draft.documents[GRADE]
    if assessed.score is None:
        draft.documents[GRADE] = _not_computed(declared, assessed)
    else:
        draft.documents[GRADE] = _computed(draft, declared, assessed)


def path_of(name: str) -> str:
    """Return the field of the sheet that states an input of the rules."""
    if name in LISTED:
        return "nutrition.other_nutrients"
    return PATHS.get(name, f"nutrition.{name}")


def _is_food(food: Food, assessed: Assessment, draft: Draft) -> bool:
    """Say whether anything is said of it as a food; a jumper has no Nutri-Score."""
    return (
        bool(food.nutrients.stated() or food.ingredients)
        or draft.documents[GRADE]["status"] != Status.UNKNOWN
        or assessed.classified.food_class not in {"", scoring.GENERAL}
    )


def _food(draft: Draft) -> Food:
    serving, in_ml = _measure(draft.known("nutrition.serving_size"))
    pack, _pack_in_ml = _measure(draft.known("identity.net_content"))
    return Food(
        nutrients=_nutrients(draft),
        categories=tuple(stored.texts(draft.known("identity.category"))),
        basis=stored.text(draft.known("nutrition.basis")),
        preparation=stored.text(draft.known("nutrition.preparation")),
        serving=serving,
        serving_in_ml=in_ml,
        pack=pack,
        ingredients=_long_text(draft.known("nutrition.ingredients")),
        additives=_additives(draft),
        claims=tuple(stored.texts(draft.known("nutrition.claims"))),
    )


def _nutrients(draft: Draft) -> Nutrients:
    listed = {
        stored.text(one.get("code")): stored.number(one.get("grams"))
        for one in stored.entries(draft.known("nutrition.other_nutrients"))
    }
    return Nutrients(
        **{
            name: listed.get(name) if name in LISTED else _amount(draft, path_of(name))
            for name in Nutrients._fields
        }
    )


def _amount(draft: Draft, path: str) -> Decimal | None:
    """Return a nutrient; that there is none of it is an amount, too."""
    if draft.documents[path]["status"] == Status.NONE:
        return Decimal(0)
    return stored.number(draft.known(path))


def _additives(draft: Draft) -> tuple[str, ...] | None:
    document = draft.documents["nutrition.additives"]
    if document["status"] == Status.NONE:
        return ()
    if document["status"] != Status.KNOWN:
        return None
    return tuple(stored.texts(document["value"]))


def _long_text(value: Any) -> str:
    return value[:MAX_INGREDIENTS] if isinstance(value, str) else ""


def _measure(value: Any) -> tuple[Decimal | None, bool]:
    """Return a quantity in g, or in ml, and which; none of what has another unit."""
    quantity = stored.mapping(value)
    is_volume, factor = MEASURES.get(stored.text(quantity.get("unit")), (False, 0))
    amount = stored.number(quantity.get("value"))
    if amount is None or not factor:
        return None, False
    return amount * factor, is_volume


def _flag(draft: Draft, finding: Finding) -> None:
    fields = dict.fromkeys(path_of(name) for name in finding.fields)
    values = {
        name: _shown(value) if isinstance(value, Decimal) else stored.text(value)
        for name, value in finding.values.items()
    }
    draft.flag(
        f"nutrition.{finding.rule}", *fields, severity=finding.severity, **values
    )


def _not_computed(declared: dict[str, Any], assessed: Assessment) -> dict[str, Any]:
    """Return what is declared, if anything, with the reason why we compute nothing."""
    reason = {
        "code": assessed.reason,
        "fields": list(dict.fromkeys(path_of(name) for name in assessed.fields)),
    }
    if assessed.reason == "exempt":
        reason["category"] = stored.text(assessed.classified.found)
    document = {**declared, "reason": reason}
    if declared["status"] == Status.UNKNOWN and assessed.status == NOT_APPLICABLE:
        document["status"] = Status.NOT_APPLICABLE.value
    if isinstance(declared["value"], dict):
        document["value"] = {**declared["value"], "status": "declared"}
    return document


def _computed(
    draft: Draft, declared: dict[str, Any], assessed: Assessment
) -> dict[str, Any]:
    score = assessed.score
    if score is None:  # pragma: no cover - the caller asked
        return declared
    value = {
        "version": scoring.VERSION,
        "status": "computed",
        "class": score.food_class,
        "class_reason": {
            "by": assessed.classified.by,
            "found": stored.text(assessed.classified.found),
        },
        "score": score.score,
        "grade": score.grade,
        "points": dict(score.points),
        "negative": score.negative,
        "positive": score.positive,
        "counts_proteins": score.counts_proteins,
        "assumptions": list(assessed.assumptions),
        "improvements": [
            {
                "component": one.component,
                "current": _shown(one.current),
                "target": _shown(one.target),
                "grade": one.grade,
                "new_grade": one.new_grade,
            }
            for one in assessed.improvements
        ],
    }
    document = computed_from(draft.documents, _inputs(draft, assessed), value=value)
    return _beside_declared(draft, document, declared, score.grade)


def _inputs(draft: Draft, assessed: Assessment) -> list[str]:
    """Return the fields that the score rests on, which somebody answered."""
    classified = assessed.classified
    names = ["sugars", "saturated_fat", "salt", "sodium", "proteins", "fiber"]
    names += ["fvl_pct", "basis", "preparation"]
    names.append("fat" if classified.food_class == scoring.FAT else "energy_kj")
    names += [INPUT_OF[one] for one in assessed.assumptions if one in INPUT_OF]
    if classified.food_class in scoring.DRINKS:
        names += ["ingredients", "additives"]
    names.append("ingredients" if classified.by == "ingredients" else "categories")
    paths = dict.fromkeys(path_of(name) for name in names)
    return [path for path in paths if draft.documents[path]["status"] in ANSWERED]


def _beside_declared(
    draft: Draft, document: dict[str, Any], declared: dict[str, Any], grade: str
) -> dict[str, Any]:
    """Keep every other answer beside the computed one, and flag another letter."""
    others = [
        {key: value for key, value in one.items() if key != "discrepancy"}
        for one in (declared, *declared.get("discrepancy", []))
        if one["status"] in {Status.KNOWN, Status.NOT_APPLICABLE}
    ]
    differing = [one for one in others if letter(one) != grade]
    if differing:
        document["discrepancy"] = differing
    for other in differing:
        if other["status"] == Status.KNOWN:
            source = stored.mapping(other["source"])
            draft.flag(
                "nutrition.grade_mismatch",
                GRADE,
                declared=letter(other).upper(),
                computed=grade.upper(),
                by=stored.text(source.get("name")),
            )
            break
    return document


def letter(document: dict[str, Any]) -> str:
    """Return the letter of a stated grade in small, or an empty text."""
    return stored.text(stored.mapping(document["value"]).get("grade")).strip().lower()


def _shown(value: Decimal) -> str:
    rounded = stored.rounded(value, SHOWN)
    return stored.plain(value if rounded is None else rounded)
