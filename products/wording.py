"""How the values of a sheet read, in the active language."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, gettext_noop, ngettext

from companies import wording
from companies.levels import Status
from companies.wording import NO_BREAK
from products import batches, stored
from products.cleaning import DURATION
from products.footprint import environmental_cost
from products.vocabulary import Field

MAX_LINES = 50
# Marked here, translated one by one when looked up: a sheet has dozens of codes.
CODES = {
    "full": gettext_noop("complete: the amounts add up to the price"),
    "cost_only": gettext_noop("cost only: margins not disclosed"),
    "partial": gettext_noop("partial: the amounts do not add up"),
    "cradle_to_gate": gettext_noop("from cradle to gate"),
    "cradle_to_grave": gettext_noop("from cradle to grave"),
    "none": gettext_noop("none"),
    "made_in": gettext_noop("made in (declared)"),
    "ofg": "Origine France Garantie",
    "aoc_pdo": gettext_noop("protected designation of origin"),
    "pgi": gettext_noop("protected geographical indication"),
    "100g": gettext_noop("per 100 g"),
    "100ml": gettext_noop("per 100 ml"),
    "serving": gettext_noop("per serving"),
    "raw_materials": gettext_noop("raw materials"),
    "raw_material": gettext_noop("raw material"),
    "ingredient": gettext_noop("ingredient"),
    "transformation": gettext_noop("transformation"),
    "assembly": gettext_noop("assembly"),
    "packaging": gettext_noop("packaging"),
    "last_processing": gettext_noop("last processing"),
    "warehouse": gettext_noop("warehouse"),
    "manufacturing": gettext_noop("manufacturing"),
    "transport": gettext_noop("transport"),
    "distribution": gettext_noop("distribution"),
    "use": gettext_noop("use"),
    "end_of_life": gettext_noop("end of life"),
    "components": gettext_noop("components"),
    "labour_direct": gettext_noop("direct labour"),
    "labour_indirect": gettext_noop("indirect labour"),
    "energy": gettext_noop("energy"),
    "duties": gettext_noop("customs duties"),
    "quality": gettext_noop("quality"),
    "design": gettext_noop("design"),
    "overhead": gettext_noop("overhead"),
    "brand_margin": gettext_noop("brand’s margin"),
    "retail_margin": gettext_noop("retailer’s margin"),
    "tax_vat": gettext_noop("VAT"),
    "donation": gettext_noop("donation"),
    "production_system": gettext_noop("production system"),
    "origins": gettext_noop("origins of the ingredients"),
    "origins_policy": gettext_noop("environmental policy of the origins"),
    "origins_transport": gettext_noop("transport of the ingredients"),
    "threatened_species": gettext_noop("threatened species"),
    "microfibers": gettext_noop("microfibres"),
    "outside_europe": gettext_noop("export outside Europe"),
    "size": gettext_noop("size"),
    "colour": gettext_noop("colour"),
    "flavour": gettext_noop("flavour"),
    "pack": gettext_noop("pack"),
    "scent": gettext_noop("scent"),
    "material": gettext_noop("material"),
    "pattern": gettext_noop("pattern"),
    "front": gettext_noop("front"),
    "back": gettext_noop("back"),
    "label": gettext_noop("label"),
    "nutrition": gettext_noop("nutrition facts"),
    "as_sold": gettext_noop("as sold"),
    "prepared": gettext_noop("prepared"),
    "starch": gettext_noop("starch"),
    "polyols": gettext_noop("polyols"),
    "erythritol": gettext_noop("erythritol"),
    "alcohol": gettext_noop("alcohol"),
    "organic_acids": gettext_noop("organic acids"),
    "ala": gettext_noop("alpha-linolenic acid (omega-3)"),
    "epa_dha": gettext_noop("EPA and DHA (omega-3)"),
}

# In what the variants of a family differ; each has its words above.
ATTRIBUTES = ("size", "colour", "flavour", "pack", "scent", "material", "pattern")
# Names of their own, the same in every language.
GRADES = {"nutri_score": "Nutri-Score", "green_score": "Green-Score"}


def describe(field: Field, document: dict[str, Any]) -> dict[str, Any]:
    """Return `document` with its `text`, and `lines` where it is a list."""
    value = document["value"]
    if document["status"] != Status.KNOWN or value is None:
        return {**document, "text": wording.absent(document["status"])}
    if field.type == "list":
        lines = [_line(field.path, item) for item in value[:MAX_LINES]]
        text = ngettext("%(n)s entry", "%(n)s entries", len(value)) % {"n": len(value)}
        return {**document, "text": text, "lines": lines}
    if field.type == "product":
        return {**document, "text": _replaced(value)}
    return {**document, "text": _text(field, document)}


def code(value: str) -> str:
    """Return the words for a code of the vocabulary, or the code made readable."""
    return gettext(CODES[value]) if value in CODES else readable(value)


def readable(tag: str) -> str:
    """Return a tag of a public taxonomy, `en:palm-oil`, as words."""
    return re.sub(r"^[a-z]{2,3}:", "", tag).replace("-", " ").replace("_", " ")


def translated(texts: dict[str, str]) -> str:
    """Return the text in the active language, else in English, French, or any."""
    for language in (get_language() or "fr", "en", "fr"):
        if language in texts:
            return texts[language]
    return next(iter(texts.values()))


def duration(value: str) -> str:
    """Return an ISO 8601 duration of days, hours and minutes in words."""
    matched = DURATION.fullmatch(value)
    if matched is None:
        return value
    parts = []
    if matched[1]:
        days = int(matched[1][:-1])
        parts.append(ngettext("%(n)s day", "%(n)s days", days) % {"n": days})
    if matched[3]:
        parts.append(f"{matched[3][:-1]}{NO_BREAK}h")
    if matched[4]:
        parts.append(f"{matched[4][:-1]}{NO_BREAK}min")
    return " ".join(parts)


def _text(field: Field, document: dict[str, Any]) -> str:
    value = document["value"]
    match field.type:
        case "lang_text":
            return translated(value)
        case "codes":
            return ", ".join(code(item) for item in value)
        case "code":
            return code(value)
        case "quantity":
            return wording.value_text("decimal", {**document, **value})
        case "duration":
            return duration(value)
        case "grade":
            return _grade(value)
        case "year":
            return str(value)
        case _:
            return wording.value_text(field.type, document)


def _grade(value: dict[str, Any]) -> str:
    grade = str(value["grade"]).upper().replace("-PLUS", "+")
    score = value.get("score")
    text = grade if score is None else f"{grade} ({score})"
    return f"{text}, {value['version']}" if value.get("version") else text


def _line(path: str, item: dict[str, Any]) -> str:
    return _LINES[path](item) if path in _LINES else _plain(item)


def _plain(item: dict[str, Any]) -> str:
    return " · ".join(
        str(value)
        for value in wording.in_reading_order(item)
        if value not in (None, "")
    )


def _step(item: dict[str, Any]) -> str:
    instant = parse_datetime(str(item.get("at", "")))
    when = wording.day(localtime(instant).date()) if instant else ""
    return _joined(when, _words(item.get("step")), _place(item), item.get("actor"))


def _place_line(item: dict[str, Any]) -> str:
    share = _figure(item.get("share_pct"))
    part = f"{share}{NO_BREAK}%" if share else ""
    return _joined(
        _words(item.get("role")), _place(item), item.get("facility_id"), part
    )


def _stage_minutes(item: dict[str, Any]) -> str:
    minutes = _figure(item.get("minutes"))
    shown = f"{minutes}{NO_BREAK}min" if minutes else ""
    return _joined(_words(item.get("stage")), shown, item.get("place"))


def _component(item: dict[str, Any]) -> str:
    amount = _figure(item.get("amount"), places=2)
    return _joined(_words(item.get("code")), amount, _place(item))


def _labour(item: dict[str, Any]) -> str:
    """Name a group of workers and what its hour brings, beside its living wage."""
    workers = stored.whole(item.get("workers"))
    minutes = _figure(item.get("minutes"))
    benchmark = stored.mapping(item.get("benchmark"))
    return _joined(
        item.get("country"),
        ngettext("%(n)s worker", "%(n)s workers", workers) % {"n": workers}
        if workers is not None
        else "",
        f"{minutes}{NO_BREAK}min" if minutes else "",
        _hourly(gettext("paid %(amount)s an hour"), item, "hourly_total_remuneration"),
        _hourly(gettext("living wage %(amount)s an hour"), item, "living_wage_hourly"),
        ", ".join(
            stored.text(benchmark.get(key)) for key in ("source", "region", "year")
        )
        if benchmark
        else "",
    )


def _hourly(sentence: str, item: dict[str, Any], key: str) -> str:
    amount = _figure(item.get(key), places=2)
    return sentence % {"amount": amount} if amount else ""


def _points(item: dict[str, Any]) -> str:
    points = stored.number(item.get("points"))
    if points is None:
        return _joined(_words(item.get("code")))
    sign = "+" if points > 0 else ""
    return _joined(_words(item.get("code")), f"{sign}{wording.number(str(points))}")


def _impact(item: dict[str, Any]) -> str:
    """Name an impact as its method does, with its unit."""
    category = environmental_cost.categories().get(stored.text(item.get("code")))
    amount = _figure(item.get("amount"))
    if category is None:
        return _joined(_words(item.get("code")), amount)
    label = category.label_en if wording.language() == "en" else category.label_fr
    return _joined(label, f"{amount}{NO_BREAK}{category.unit}" if amount else "")


def _carbon(item: dict[str, Any]) -> str:
    figure = _figure(item.get("kg_co2e"))
    amount = f"{figure}{NO_BREAK}kg{NO_BREAK}CO₂e" if figure else ""
    return _joined(_words(item.get("stage")), amount)


def _packaging(item: dict[str, Any]) -> str:
    weight = _figure(item.get("weight_g"))
    return _joined(
        f"{item['units']} ×" if item.get("units") else "",
        _words(item.get("shape")),
        _words(item.get("material")),
        f"{weight}{NO_BREAK}g" if weight else "",
        _words(item.get("recycling")),
    )


def _sibling(item: dict[str, Any]) -> str:
    differs = ", ".join(str(value) for value in item.get("differs", {}).values())
    return _joined(item.get("name"), differs, grades(item.get("grades", {})))


def grades(found: dict[str, str]) -> str:
    """Return grades by their names, “Nutri-Score B, Green-Score A+”."""
    return ", ".join(
        f"{GRADES.get(key, key)} {grade.upper().replace('-PLUS', '+')}"
        for key, grade in found.items()
    )


def _picture(item: dict[str, Any]) -> str:
    alt = item.get("alt")
    return _joined(code(item["role"]), translated(alt) if alt else "")


def _replaced(item: dict[str, Any]) -> str:
    since = wording.day(date.fromisoformat(item["since"]))
    return _joined(item["name"], item["gtin"], since)


def recall(item: dict[str, Any]) -> str:
    """Return a recall in one line, the units first: what is cut off is the end."""
    said = [
        translated(text) if isinstance(text, dict) and text else text
        for text in (item.get("text"), item.get("what_to_do"))
    ]
    units = batches.named(item.get("batches"))
    return _joined(units, *said, item.get("authority"), item.get("reference"))


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return translated(value) if value else ""
    return code(value) if isinstance(value, str) else ""


def _place(item: dict[str, Any]) -> str:
    return ", ".join(
        str(part)
        for part in (item.get("place"), item.get("region"), item.get("country"))
        if part
    )


def _figure(value: Any, *, places: int | None = None) -> str:
    """Return a stored number in words; nothing of what is not one."""
    found = stored.number(value)
    return "" if found is None else wording.number(f"{found:f}", places=places)


def _joined(*parts: Any) -> str:
    return " — ".join(str(part) for part in parts if part)


def _nutrient(item: dict[str, Any]) -> str:
    grams = _figure(item.get("grams"))
    return _joined(_words(item.get("code")), f"{grams}{NO_BREAK}g" if grams else "")


_LINES: dict[str, Callable[[dict[str, Any]], str]] = {
    "nutrition.other_nutrients": _nutrient,
    "traceability.journey": _step,
    "places.places": _place_line,
    "manufacturing.work_time_by_stage": _stage_minutes,
    "price.components": _component,
    "price.labour_by_place": _labour,
    "eco.pcf_by_stage": _carbon,
    "eco.packagings": _packaging,
    "eco.green_score_adjustments": _points,
    "eco.environmental_impacts": _impact,
    "eco.environmental_cost_complements": _points,
    "variants.siblings": _sibling,
    "identity.pictures": _picture,
    "identity.replaces": _replaced,
    "recalls.recalls": recall,
}
