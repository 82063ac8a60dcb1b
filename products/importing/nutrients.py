"""The nutrition of a record of Open Food Facts, per 100 g or 100 ml. Pure."""

from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Any, Protocol

from products.importing import quantities
from products.importing.said import REMEMBERED, Amounts, Said, not_applicable, said

NUTRIENTS = {
    "energy-kcal": "nutrition.energy_kcal",
    "fat": "nutrition.fat",
    "saturated-fat": "nutrition.saturated_fat",
    "carbohydrates": "nutrition.carbohydrates",
    "sugars": "nutrition.sugars",
    "fiber": "nutrition.fiber",
    "proteins": "nutrition.proteins",
    "fruits-vegetables-legumes-estimate-from-ingredients": (
        "nutrition.fruits_vegetables_legumes_pct"
    ),
}
OLD_KEYS = [(f"{theirs}_100g", path) for theirs, path in NUTRIENTS.items()]
ENERGY, SALT = "nutrition.energy_kj", "nutrition.salt"
SODIUM_TO_SALT = Decimal("2.5")
GREEN_GRADES = ("a-plus", "a", "b", "c", "d", "e", "f")
ENERGY_AND_GRADE = (
    "nutrition.energy_kj",
    "nutrition.energy_kcal",
    "nutrition.nutri_score",
)
# As the aggregated set is normalised; of another unit nobody knows the factor.
NUMBERS = (float, int)
UNITS = ("g", "kJ", "kcal", "%", "% vol")


class Reading(Protocol):
    """Where what is found goes: `said` by path, `is_doubtful` if any is."""

    said: dict[str, str]
    is_doubtful: bool

    def say(self, path: str, value: Any, source: str = "") -> None:
        """Take the value of a field, if it fits and there is one."""

    def keep(self, path: str, found: Said, value: Any = "") -> None:
        """Keep what is stored of a field, or why it is left out."""

    def say_text(self, path: str, value: Any) -> None:
        """Take a text that hardly any other record has, too."""

    def is_disputed(self, path: str) -> bool:
        """Say whether the source itself holds a value to be wrong."""


def add(reading: Reading, record: dict[str, Any]) -> None:
    """Take nutrients, grades, ingredients and allergens."""
    given, basis = _given(record)
    has_any = False
    kept, is_doubtful = reading.said, reading.is_doubtful
    amounts = _amounts()
    for path, value in given:
        is_usual = type(value) in NUMBERS and not is_doubtful
        if is_usual and (text := amounts[path][value]):
            kept[path] = text
            has_any = True
        elif value is not None and value != "":
            found = _unusual(path, value, reading.is_disputed(path))
            reading.keep(path, found, value)
            has_any = has_any or bool(found.text)
    if has_any:
        reading.say("nutrition.basis", basis)
    _add_grade(reading, record)
    reading.say("nutrition.nova_group", _whole(record.get("nova_group")))
    ingredients = record.get("ingredients_text_fr") or record.get("ingredients_text")
    reading.say_text("nutrition.ingredients", ingredients)
    allergens = record.get("allergens_tags")
    # An empty list says that nobody filled it in, not that there is no allergen.
    if isinstance(allergens, list):
        reading.say("nutrition.allergens", tuple(map(str, allergens)))


@cache
def _amounts() -> dict[str, Amounts]:
    """Return, by field, what is stored of numbers: the shorter way of `_amount`."""
    paths = (*NUTRIENTS.values(), ENERGY, SALT)
    return {path: Amounts(path, _measured) for path in paths}


def _unusual(path: str, value: Any, is_disputed: bool) -> Said:  # noqa: FBT001 - as `_amount`
    try:
        return _amount(path, value, is_disputed)
    except TypeError:
        # A list or an object, which cannot be remembered.
        return Said("", "not_a_number")


@lru_cache(maxsize=REMEMBERED, typed=True)
def _amount(path: str, value: Any, is_disputed: bool) -> Said:  # noqa: FBT001 - a key of the memory
    amount = measured(value)
    if amount is None:
        return Said("", "not_a_number")
    if amount.startswith("-"):
        return Said("", "out_of_bounds")
    return said(path, amount, "", is_disputed)


@lru_cache(maxsize=REMEMBERED)
def _measured(value: Any) -> str | None:
    try:
        number = Decimal(str(value).strip().replace(",", "."))
        if not number.is_finite() or abs(number) >= 10**9:
            return None
        return quantities.rounded(number)
    except InvalidOperation:
        return None


def measured(value: Any) -> str | None:
    """Return a measured number as text, or none where it is no number."""
    if type(value) in NUMBERS or (isinstance(value, str) and len(value) <= 40):
        return _measured(value)
    return None


Given = list[tuple[str, Any]]


def _given(record: dict[str, Any]) -> tuple[Given, str]:
    """Return the nutrients by field, and whether they are of 100 g or 100 ml."""
    nutrition = record.get("nutrition")
    found = nutrition.get("aggregated_set") if isinstance(nutrition, dict) else None
    if isinstance(found, dict) and isinstance(found.get("nutrients"), dict):
        if found.get("preparation", "as_sold") != "as_sold":
            # Of what the buyer makes of it at home, with milk for instance.
            return [], ""
        basis = "100ml" if found.get("per") == "100ml" else "100g"
        return _from_set(found["nutrients"]), basis
    nutriments = record.get("nutriments")
    categories = record.get("categories_tags")
    is_drink = isinstance(categories, list) and "en:beverages" in categories
    is_drink = is_drink or record.get("nutrition_data_per") == "100ml"
    values = _from_nutriments(nutriments) if isinstance(nutriments, dict) else []
    return values, "100ml" if is_drink else "100g"


def _from_nutriments(given: dict[str, Any]) -> Given:
    get = given.get
    values = [
        (path, value) for key, path in OLD_KEYS if (value := get(key)) is not None
    ]
    values.append((ENERGY, get("energy-kj_100g", get("energy_100g"))))
    values.append((SALT, _salt(get("salt_100g"), get("sodium_100g"))))
    return values


def _from_set(given: dict[str, Any]) -> Given:
    def amount(key: str) -> Any:
        one = given.get(key)
        if not isinstance(one, dict) or one.get("unit", "g") not in UNITS:
            return None
        return one.get("value", one.get("value_computed"))

    energy = amount("energy-kj")
    if energy is None and isinstance(given.get("energy"), dict):
        energy = amount("energy") if given["energy"].get("unit") == "kJ" else None
    return [
        *((path, amount(key)) for key, path in NUTRIENTS.items()),
        (ENERGY, energy),
        (SALT, _salt(amount("salt"), amount("sodium"))),
    ]


def _salt(salt: Any, sodium: Any) -> Any:
    """Return the salt, or what the sodium makes of it, unrounded in between."""
    if salt not in (None, "") or sodium in (None, ""):
        return salt
    if measured(sodium) is None:
        return sodium
    return str(Decimal(str(sodium).replace(",", ".")) * SODIUM_TO_SALT)


def _add_grade(reading: Reading, record: dict[str, Any]) -> None:
    grade = record.get("nutriscore_grade")
    if grade == "not-applicable":
        path = "nutrition.nutri_score"
        reading.keep(path, not_applicable(path))
    elif isinstance(grade, str) and len(grade) == 1 and grade in "abcde":
        version = record.get("nutriscore_version")
        score = record.get("nutriscore_score")
        year = version if isinstance(version, str) and version.isdecimal() else "2023"
        found = graded("nutrition.nutri_score", grade, score, year)
        reading.keep("nutrition.nutri_score", found, grade)


def graded(path: str, grade: str, score: Any, year: str) -> Said:
    """Return a grade that the source itself gives, and by which rules."""
    return _graded(path, grade, _whole(score), year)


@lru_cache(maxsize=2_000)
def _graded(path: str, grade: str, score: int | None, year: str) -> Said:
    version = f"{year} (Open Food Facts)" if year else "Open Food Facts"
    value = {"grade": grade, "version": version}
    return said(path, value if score is None else {**value, "score": score})


def _whole(value: Any) -> int | None:
    amount = measured(value)
    return int(amount) if amount and amount.lstrip("-").isdecimal() else None
