"""
A record of the Open Food Facts dump, as what is stored of it. Pure.

What a record leaves out, or says in words that nobody could read for sure, is not
stated: the sheet then says “not disclosed”. Both schemas are read: nutrients under
`nutriments`, and since 1003 (December 2025) under `nutrition.aggregated_set`.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from products.importing import geography, nutrients, quantities
from products.importing.numbers import number
from products.importing.refusals import LineRefused, Trouble, excerpted
from products.importing.said import (
    REMEMBERED,
    Said,
    again,
    names_said,
    not_applicable,
    said,
    text_said,
)

SOURCE_NAME = "Open Food Facts"
AVERAGE = "Agribalyse via Open Food Facts"
ATTRIBUTION = "Données produits : © contributeurs Open Food Facts, licence ODbL 1.0"
SITE = "https://world.openfoodfacts.org/product"
LANGUAGES = ("fr", "en", "de", "es", "it", "nl", "pt")
NAME_KEYS = {language: f"product_name_{language}" for language in LANGUAGES}
MAX_NAME = 300
STAGES = {
    "agriculture": "raw_materials",
    "processing": "manufacturing",
    "packaging": "packaging",
    "transportation": "transport",
    "distribution": "distribution",
    "consumption": "use",
}
YES = ("on", "1", 1, True)
_PLURAL = (list, dict)


class Record(NamedTuple):
    """One line that counts: its product, and what the source says of it."""

    line: int
    gtin: str
    name: str
    url: str
    observed_at: datetime
    # Canonical JSON: the same text is the same record.
    values: str


class _Reading:
    """What one record says, field by field; what does not fit is told apart."""

    __slots__ = ("_doubts_all", "gtin", "is_doubtful", "line", "said", "troubles")

    def __init__(self, line: int, gtin: str, errors: Any) -> None:
        self.line, self.gtin = line, gtin
        self.said: dict[str, str] = {}
        self.troubles: list[Trouble] = []
        # Open Food Facts itself holds some values to be wrong. They are shown, since
        # that is what is on record, and as disputed: 229 g of sugars in 100 g is
        # nobody's truth.
        self.is_doubtful = isinstance(errors, list) and bool(errors)
        self._doubts_all = self.is_doubtful and "nutrition-value" in str(errors)

    def say(self, path: str, value: Any, source: str = "") -> None:
        """Take the value of a field, if it fits and there is one."""
        # Zero and false are something that is said.
        if not value and value != 0:
            return
        is_disputed = self.is_doubtful and self.is_disputed(path)
        # Lists and dictionaries cannot be remembered.
        worked = said if isinstance(value, _PLURAL) else again
        self.keep(path, worked(path, value, source, is_disputed), value)

    def say_text(self, path: str, value: Any) -> None:
        """Take a text that hardly any other record has, too."""
        if not isinstance(value, str):
            self.say(path, value)
        elif value:
            found = text_said(path, value, is_disputed=self.is_disputed(path))
            self.keep(path, found, value)

    def keep(self, path: str, found: Said, value: Any = "") -> None:
        """Keep what is stored of a field, or why it is left out."""
        if found.text:
            self.said[path] = found.text
        elif found.code:
            self.refuse(path, found.code, value)

    def refuse(self, path: str, code: str, value: Any) -> None:
        """Leave one field out; the rest of the record counts."""
        excerpt = excerpted(value)
        self.troubles.append(
            Trouble(self.line, code, self.gtin, path, excerpt, is_whole=False)
        )

    def is_disputed(self, path: str) -> bool:
        """Say whether the source itself holds a value to be wrong."""
        if self._doubts_all:
            return path.startswith("nutrition.")
        return self.is_doubtful and path in nutrients.ENERGY_AND_GRADE

    def values(self) -> str:
        """Return all of it as canonical JSON."""
        # Each begins with its path.
        return f"{{{','.join(sorted(self.said.values()))}}}"


def read(line: int, record: Any, now: datetime) -> tuple[Record, list[Trouble]]:
    """Return what a line of the dump says, or raise `LineRefused`."""
    if not isinstance(record, dict):
        raise LineRefused("not_a_record", excerpt=record)
    code = record.get("code") or record.get("_id")
    gtin = number(code)
    if record.get("obsolete") in YES:
        raise LineRefused("obsolete", excerpt=code)
    names = _names(record)
    name = _shown_name(record, names)
    observed_at = _observed_at(record, now)
    reading = _Reading(line, gtin, record.get("data_quality_errors_tags"))
    if names:
        reading.keep("identity.name", names_said("identity.name", names), names)
    _add_identity(reading, record)
    _add_footprint(reading, record)
    nutrients.add(reading, record)
    found = Record(line, gtin, name, f"{SITE}/{code}", observed_at, reading.values())
    return found, reading.troubles


def _names(record: dict[str, Any]) -> dict[str, str]:
    """Return the name by language, in those that our readers may want."""
    own = record.get("lang") or record.get("lc")
    names = {
        language: str(text)
        for language, key in NAME_KEYS.items()
        if (text := record.get(key)) and _is_text(text)
    }
    text = record.get("product_name")
    if isinstance(own, str) and len(own) == 2 and own not in names and _is_text(text):
        names[own] = str(text)
    elif not names and _is_text(text):
        names["fr"] = str(text)
    return names


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _shown_name(record: dict[str, Any], names: dict[str, str]) -> str:
    """Return the name for lists; a product without any cannot be found there."""
    shown = (
        _one_line(names.get("fr") or next(iter(names.values()), None))
        or _one_line(record.get("generic_name"))
        or _one_line(_brands(record))
    )
    if not shown:
        raise LineRefused("name_missing", excerpt=record.get("code"))
    return shown[:MAX_NAME]


def _one_line(text: Any) -> str:
    """Return a text for lists, or nothing where it is not fit for them."""
    if not isinstance(text, str) or not text.isprintable():
        return ""
    return " ".join(text.split())


def _observed_at(record: dict[str, Any], now: datetime) -> datetime:
    given = record.get("last_modified_t") or record.get("created_t")
    try:
        moment = datetime.fromtimestamp(int(given or 0), UTC)
    except (ValueError, TypeError, OverflowError, OSError) as error:
        raise LineRefused("undated", excerpt=given) from error
    if moment.year < 2000:
        raise LineRefused("undated", excerpt=given)
    if moment > now:
        raise LineRefused("in_the_future", excerpt=given)
    return moment


def _add_identity(reading: _Reading, record: dict[str, Any]) -> None:
    reading.say("identity.brand", _brands(record))
    reading.say("identity.category", tags(record, "categories_tags"))
    quantity = record.get("quantity")
    if isinstance(quantity, str) and quantity:
        reading.keep("identity.net_content", _net_content(quantity[:100]))
    if places := geography.named(record):
        reading.keep("places.places", _places(places))
    if labels := tags(record, "labels_tags"):
        reading.keep("certificates.certificates", _labels(labels), labels)


@lru_cache(maxsize=REMEMBERED)
def _net_content(text: str) -> Said:
    found = quantities.net_content(text)
    return said("identity.net_content", found) if found else Said("")


@lru_cache(maxsize=REMEMBERED)
def _places(named: geography.Named) -> Said:
    found = geography.places(named)
    return said("places.places", found) if found else Said("")


@lru_cache(maxsize=REMEMBERED)
def _labels(labels: tuple[str, ...]) -> Said:
    # What a pack shows, as somebody read it: nobody has seen a certificate.
    schemes = [{"scheme": readable(tag)} for tag in labels]
    return said("certificates.certificates", schemes)


def _brands(record: dict[str, Any]) -> Any:
    brands = record.get("brands")
    return ", ".join(map(str, brands)) if isinstance(brands, list) else brands


def tags(record: dict[str, Any], key: str) -> tuple[str, ...]:
    """Return the tags of a record, without the community's placeholder for none."""
    given = record.get(key)
    if not isinstance(given, list):
        return ()
    return tuple([one for one in given if isinstance(one, str) and one != "en:null"])


def readable(tag: str) -> str:
    """Return a label's tag as a name: `fr:label-rouge` is “label rouge”."""
    return tag.partition(":")[2].replace("-", " ") or tag


def _add_footprint(reading: _Reading, record: dict[str, Any]) -> None:
    data = record.get("environmental_score_data") or record.get("ecoscore_data")
    average = data.get("agribalyse") if isinstance(data, dict) else None
    if isinstance(average, dict) and "co2_total" in average:
        amounts = (average["co2_total"], *(average.get(f"co2_{one}") for one in STAGES))
        if all(isinstance(one, int | float | str | None) for one in amounts):
            for path, found in _average(amounts):
                reading.keep(path, found)
    grade = record.get("environmental_score_grade", record.get("ecoscore_grade"))
    score = record.get("environmental_score_score", record.get("ecoscore_score"))
    if grade == "not-applicable":
        reading.keep("eco.green_score", not_applicable("eco.green_score"))
    elif isinstance(grade, str) and grade in nutrients.GREEN_GRADES:
        reading.keep(
            "eco.green_score", nutrients.graded("eco.green_score", grade, score, "")
        )
    given = record.get("packagings")
    if isinstance(given, list) and given:
        parts = tuple(_part(one) for one in given if isinstance(one, dict))
        reading.keep("eco.packagings", _packagings(parts), given)


@lru_cache(maxsize=5_000, typed=True)
def _average(amounts: tuple[Any, ...]) -> tuple[tuple[str, Said], ...]:
    """Return the footprint of one kilogram of the category, not of this product."""
    total, *by_stage = (nutrients.measured(one) for one in amounts)
    if total is None:
        return ()
    values: dict[str, Any] = {
        "eco.pcf_total": total,
        "eco.scope": "cradle_to_grave",
        "eco.declared_unit": {"value": "1", "unit": "KGM"},
        "eco.method": "Agribalyse 3 (catégorie)",
    }
    if None not in by_stage:
        values["eco.pcf_by_stage"] = [
            {"stage": stage, "kg_co2e": amount}
            for stage, amount in zip(STAGES.values(), by_stage, strict=True)
        ]
    return tuple((path, said(path, value, AVERAGE)) for path, value in values.items())


PARTS = ("shape", "material", "recycling", "number_of_units", "weight_measured")


def _part(one: dict[str, Any]) -> tuple[str | int | float | None, ...]:
    """Return what is said of one part of the package, so that it is remembered."""
    return tuple(
        value if isinstance(value := one.get(key), str | int | float) else None
        for key in PARTS
    )


@lru_cache(maxsize=REMEMBERED, typed=True)
def _packagings(parts: tuple[tuple[Any, ...], ...]) -> Said:
    items = [found for part in parts if (found := _packaging(*part))]
    return said("eco.packagings", items) if items else Said("")


def _packaging(
    shape: Any, material: Any, recycling: Any, units: Any, weight: Any
) -> dict[str, Any]:
    words = {"shape": shape, "material": material, "recycling": recycling}
    packaging = {
        key: value
        for key, value in words.items()
        if isinstance(value, str) and value and value != "en:unknown"
    }
    if not packaging:
        return {}
    count, grams = nutrients.measured(units), nutrients.measured(weight)
    if count is not None and count.isdecimal():
        packaging["units"] = count
    if grams is not None and not grams.startswith("-"):
        packaging["weight_g"] = grams
    return packaging
