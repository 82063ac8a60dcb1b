"""
What cannot be right in a nutrition declaration: rules, each with its code. Pure.

A rule looks at 100 g or 100 ml and finds nothing where its values are not stated. The
thresholds are those of the reference; a finding names fields, values and severity, and
whether it makes the values impossible: from such ones no score is computed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from products.nutrition import classes, ingredients
from products.nutrition.foods import Food, Nutrients, contradicts_sodium, salt_of

ERROR = "error"
WARNING = "warning"

HUNDRED_GRAMS = Decimal(105)
MAX_ENERGY_KJ = Decimal(3800)
MAX_ENERGY_KCAL = Decimal(3800) / Decimal("4.184")
# Energy of one gram in kJ and kcal: Regulation (EU) 1169/2011, annex XIV.
ENERGY_OF = {
    "fat": (37, 9),
    "carbohydrates": (17, 4),
    "proteins": (17, 4),
    "fiber": (8, 2),
    "alcohol": (29, 7),
    "organic_acids": (13, 3),
}
CARBOHYDRATE = (17, 4)
POLYOLS = (10, Decimal("2.4"))
# Below these, a difference is one of rounding.
ENERGY_IGNORED = {"energy_kj": Decimal(55), "energy_kcal": Decimal(13)}
ENERGY_UNITS = ("energy_kj", "energy_kcal")
NOT_GRAMS = frozenset({"energy_kj", "energy_kcal", "fvl_pct"})
COMPARED = ("fat", "saturated_fat", "carbohydrates", "sugars", "fiber", "proteins")
# Claims of Regulation (EC) 1924/2006: nutrient and the most that it may be, in g.
CLAIMS = {
    "no-fat": ("fat", Decimal("0.5")),
    "fat-free": ("fat", Decimal("0.5")),
    "sans-matieres-grasses": ("fat", Decimal("0.5")),
    "saturated-fat-free": ("saturated_fat", Decimal("0.1")),
    "no-saturated-fat": ("saturated_fat", Decimal("0.1")),
    "sans-graisses-saturees": ("saturated_fat", Decimal("0.1")),
    "sugar-free": ("sugars", Decimal("0.5")),
    "no-sugar": ("sugars", Decimal("0.5")),
    "sans-sucres": ("sugars", Decimal("0.5")),
}
NO_ADDED_SUGAR = frozenset({"no-added-sugar", "no-added-sugars", "sans-sucres-ajoutes"})
OMEGA_3 = frozenset(
    {
        "source-of-omega-3",
        "omega-3",
        "high-in-omega-3",
        "contains-omega-3",
        "source-d-omega-3",
        "riche-en-omega-3",
    }
)
LEAST_ALA = Decimal("0.3")
LEAST_EPA_DHA = Decimal("0.04")


class Finding(NamedTuple):
    """Something that does not fit; `fields` are names of nutrients or other inputs."""

    rule: str
    severity: str
    fields: tuple[str, ...]
    values: Mapping[str, Decimal | str]
    is_impossible: bool = False


def _impossible(rule: str, fields: Sequence[str], **values: Decimal) -> Finding:
    """Return an error from which no score may follow."""
    return Finding(rule, ERROR, tuple(fields), values, is_impossible=True)


def find(food: Food) -> tuple[Finding, ...]:
    """Return everything that does not fit, of 100 g or 100 ml, in a stable order."""
    return tuple(found for rule in RULES for found in rule(food))


def energy_of(nutrients: Nutrients, unit: str) -> Decimal | None:
    """
    Return the energy that follows from the nutrients, of `energy_kj` or `energy_kcal`.

    None unless fat, carbohydrates and proteins are stated. Polyols are part of the
    carbohydrates and bring less; erythritol, one of them, brings nothing.
    """
    stated = nutrients.stated()
    if not {"fat", "carbohydrates", "proteins"} <= stated.keys():
        return None
    place = ENERGY_UNITS.index(unit)
    total = sum((stated.get(one, 0) * e[place] for one, e in ENERGY_OF.items()), _ZERO)
    erythritol = stated.get("erythritol", _ZERO)
    others = max(stated.get("polyols", _ZERO) - erythritol, _ZERO)
    total -= others * (CARBOHYDRATE[place] - POLYOLS[place])
    return total - erythritol * CARBOHYDRATE[place]


def _negative(food: Food) -> Iterator[Finding]:
    for name, value in food.nutrients.stated().items():
        if value < 0:
            yield _impossible("negative", (name,), value=value)


def _too_much(food: Food) -> Iterator[Finding]:
    for name, value in food.nutrients.stated().items():
        if name not in NOT_GRAMS and value > HUNDRED_GRAMS:
            yield _impossible("over_105_g", (name,), value=value)
    share = food.nutrients.fvl_pct
    if share is not None and share > 100:
        yield _impossible("over_100_pct", ("fvl_pct",), value=share)


def _total(food: Food) -> Iterator[Finding]:
    amounts = {**food.nutrients.stated(), "salt": salt_of(food.nutrients)}
    parts = {
        name: value
        for name in ("fat", "carbohydrates", "proteins", "salt")
        if (value := amounts.get(name)) is not None
    }
    total = sum(parts.values(), _ZERO)
    if total > HUNDRED_GRAMS:
        yield _impossible("total_over_105_g", tuple(parts), value=total)


def _energy(food: Food) -> Iterator[Finding]:
    limits = {"energy_kj": MAX_ENERGY_KJ, "energy_kcal": MAX_ENERGY_KCAL}
    for name, most in limits.items():
        value = getattr(food.nutrients, name)
        if value is not None and value > most:
            yield _impossible("energy_over_3800_kj", (name,), value=value)


def _energy_mismatch(food: Food) -> Iterator[Finding]:
    for unit in ENERGY_UNITS:
        stated = getattr(food.nutrients, unit)
        computed = energy_of(food.nutrients, unit)
        if stated is None or computed is None:
            continue
        if max(stated, computed) <= ENERGY_IGNORED[unit]:
            continue
        least = stated * Decimal("0.7") - 5
        most = stated * Decimal("1.3") + 5
        if not least <= computed <= most:
            values = {"stated": stated, "computed": computed}
            yield Finding("energy_mismatch", ERROR, (unit,), values)


def _part_over_whole(food: Food) -> Iterator[Finding]:
    stated = food.nutrients.stated()
    for parts, whole in (
        (("saturated_fat",), "fat"),
        (("sugars", "starch"), "carbohydrates"),
    ):
        said = [name for name in parts if name in stated]
        if not said or whole not in stated:
            continue
        part, total = sum((stated[name] for name in said), _ZERO), stated[whole]
        tolerance = Decimal("0.1") if total >= 10 else Decimal("0.01")
        if part > total + tolerance:
            fields = (*said, whole)
            yield _impossible("part_over_whole", fields, part=part, whole=total)


def _salt_mismatch(food: Food) -> Iterator[Finding]:
    nutrients = food.nutrients
    if contradicts_sodium(nutrients):
        values = {"salt": nutrients.salt or _ZERO, "sodium": nutrients.sodium or _ZERO}
        yield Finding("salt_mismatch", WARNING, ("salt", "sodium"), values)


def _quantity(food: Food) -> Iterator[Finding]:
    pack = food.pack
    if pack is None:
        return
    if pack > 30_000:
        yield Finding("quantity", ERROR, ("pack",), {"value": pack})
    elif pack > 10_000 or pack < 1:
        yield Finding("quantity", WARNING, ("pack",), {"value": pack})


def _serving(food: Food) -> Iterator[Finding]:
    serving, pack = food.serving, food.pack
    if serving is None:
        return
    if serving < 1 or serving > 500:
        yield Finding("serving", WARNING, ("serving",), {"value": serving})
    elif pack is not None and not pack / 1000 <= serving <= pack:
        values = {"value": serving, "pack": pack}
        yield Finding("serving_and_pack", WARNING, ("serving", "pack"), values)


def _claims(food: Food) -> Iterator[Finding]:
    stated = food.nutrients.stated()
    for claim in food.claims:
        name, most = CLAIMS.get(classes.slug(claim), ("", _ZERO))
        if name in stated and stated[name] > most:
            values: dict[str, Decimal | str] = {"claim": claim, "most": most}
            values["value"] = stated[name]
            yield Finding("claim_mismatch", WARNING, ("claims", name), values)


def _no_added_sugar(food: Food) -> Iterator[Finding]:
    claims = [one for one in food.claims if classes.slug(one) in NO_ADDED_SUGAR]
    sugar = ingredients.has_added_sugar(food.ingredients) if claims else ""
    if sugar:
        values = {"claim": claims[0], "ingredient": sugar}
        yield Finding("added_sugar", WARNING, ("claims", "ingredients"), values)


def _omega_3(food: Food) -> Iterator[Finding]:
    """One of both amounts is enough for the claim, as the regulation has it."""
    claims = [one for one in food.claims if classes.slug(one) in OMEGA_3]
    ala, epa_dha = food.nutrients.ala, food.nutrients.epa_dha
    said = {
        name: one
        for name, one in (("ala", ala), ("epa_dha", epa_dha))
        if one is not None
    }
    is_enough = (ala or _ZERO) >= LEAST_ALA or (epa_dha or _ZERO) >= LEAST_EPA_DHA
    if claims and said and not is_enough:
        values: dict[str, Decimal | str] = {"claim": claims[0], **said}
        yield Finding("omega_3", WARNING, ("claims", *said), values)


def _three_equal(food: Food) -> Iterator[Finding]:
    stated = {**food.nutrients.stated()}
    salt = salt_of(food.nutrients)
    compared = {name: stated[name] for name in COMPARED if name in stated}
    if salt is not None:
        compared["salt"] = salt
    by_value: dict[Decimal, list[str]] = {}
    for name, value in compared.items():
        if value != 0:
            by_value.setdefault(value, []).append(name)
    for value, names in by_value.items():
        if len(names) >= 3:
            yield Finding("three_equal", WARNING, tuple(names), {"value": value})


def _categories(food: Food) -> Iterator[Finding]:
    for one, other in (("plant_milk", "dairy"), ("alcoholic", "alcohol_free")):
        first = classes.member(one, food.categories)
        second = classes.member(other, food.categories)
        if first and second:
            values = {"first": first, "second": second}
            yield Finding("incompatible_categories", WARNING, ("categories",), values)


_ZERO = Decimal(0)
RULES: tuple[Callable[[Food], Iterator[Finding]], ...] = (
    _negative,
    _too_much,
    _total,
    _energy,
    _energy_mismatch,
    _part_over_whole,
    _salt_mismatch,
    _quantity,
    _serving,
    _claims,
    _no_added_sugar,
    _omega_3,
    _three_equal,
    _categories,
)
