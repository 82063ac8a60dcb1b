"""The alternatives as the sheet shows them: figures of both with their days, worded."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext, gettext_noop, ngettext, override
from django.utils.translation import gettext as _

from common import canonical
from common.times import rfc3339
from companies import wording as company_wording
from companies.civil_status import computed
from companies.levels import lowest
from products import alternatives, stored, wording
from products.comparables import GREEN_LETTERS, NUTRI_LETTERS
from products.criteria import Candidate, Chosen, Measure
from products.links import digital_link
from products.models import Comparable
from products.panels import saying

# Facts, and no praise; marked here, translated when said.
SENTENCES = {
    "nutri_score": gettext_noop("Nutri-Score %(theirs)s instead of %(mine)s"),
    "green_score": gettext_noop("Green-Score %(theirs)s instead of %(mine)s"),
    "footprint": gettext_noop(
        "carbon footprint %(theirs)s instead of %(mine)s for %(unit)s, same method"
    ),
    "environmental_cost": gettext_noop(
        "environmental cost %(theirs)s instead of %(mine)s points, same method"
    ),
    "satisfaction": gettext_noop(
        "employee satisfaction %(theirs)s instead of %(mine)s"
    ),
    "labour_share": gettext_noop(
        "work makes %(theirs)s of the price before tax instead of %(mine)s"
    ),
    "price": gettext_noop("price %(theirs)s instead of %(mine)s for %(unit)s"),
}
LETTERS = {"nutri_score": NUTRI_LETTERS, "green_score": GREEN_LETTERS}


class Found(NamedTuple):
    """An alternative, its row, and the wider category if it is not of the finest."""

    chosen: Chosen
    row: Comparable
    wider: str = ""


class Body(NamedTuple):
    """The bytes of one language; the tag is of what they say, not of when."""

    content: bytes
    tag: str


def body(
    mine: Comparable,
    own: Candidate,
    found: Sequence[Found],
    language: str,
    moment: datetime,
) -> Body:
    """Return the section of the alternatives in `fr` or `en`."""
    with override(language):
        said = _document(mine, own, found)
        tag = hashlib.sha256(canonical.dumps(said)).hexdigest()[:16]
        document = alternatives.section({**said, "computed_at": rfc3339(moment)})
    return Body(canonical.dumps(document), tag)


def _document(
    mine: Comparable, own: Candidate, found: Sequence[Found]
) -> dict[str, Any]:
    value = [_alternative(mine, own, one) for one in found]
    used = [
        measure
        for one in found
        for key in (*one.chosen.better, *one.chosen.worse)
        for measure in (own.measures[key], one.chosen.candidate.measures[key])
    ]
    return {
        **computed(
            lowest([one.level for one in used]),
            value=value,
            observed_at=f"{min(one.on for one in used)}T00:00:00Z",
        ),
        "category": mine.category,
        "text": _text(mine, found),
        "lines": [_line(one) for one in value],
        "note": _(
            "Chosen by one published rule, from published values. No brand can pay "
            "for a place."
        ),
    }


def _text(mine: Comparable, found: Sequence[Found]) -> str:
    count = len(found)
    wider = next((one.wider for one in found if one.wider), "")
    names = {"n": count, "category": wording.code(wider or mine.category)}
    if wider:
        return (
            ngettext(
                "%(n)s product does better on what is named, looked for up to the "
                "wider category “%(category)s”",
                "%(n)s products do better on what is named, looked for up to the "
                "wider category “%(category)s”",
                count,
            )
            % names
        )
    return (
        ngettext(
            "%(n)s product of the category “%(category)s” does better on what is named",
            "%(n)s products of the category “%(category)s” do better on what is named",
            count,
        )
        % names
    )


def _alternative(mine: Comparable, own: Candidate, found: Found) -> dict[str, Any]:
    row, other = found.row, found.chosen.candidate
    is_english = company_wording.language() == "en"
    rarer = {
        "brand": row.brand,
        "image": row.image,
        "wider_category": found.wider,
        "drawbacks": _compared(found.chosen.worse, own, other),
        "same_company": _same_company(mine, row),
    }
    return {
        "gtin": row.product_id,
        "name": row.name_en if is_english else row.name_fr,
        "url": digital_link(row.product_id),
        "reasons": _compared(found.chosen.better, own, other),
        **{key: value for key, value in rarer.items() if value},
    }


def _same_company(mine: Comparable, row: Comparable) -> str:
    company = row.product.company_id
    if company is None or company != mine.product.company_id:
        return ""
    return _("A product of the same company.")


def _compared(
    keys: Iterable[str], own: Candidate, other: Candidate
) -> list[dict[str, Any]]:
    return [_reason(key, own.measures[key], other.measures[key]) for key in keys]


def _reason(key: str, mine: Measure, theirs: Measure) -> dict[str, Any]:
    """Return one criterion: both figures as they are, and the sentence."""
    said = {
        "theirs": _said(key, theirs),
        "mine": _said(key, mine),
        "unit": _unit(key, mine.basis),
    }
    return {
        "criterion": key,
        "text": gettext(SENTENCES[key]) % said,
        "theirs": _figure(key, theirs),
        "mine": _figure(key, mine),
        **({"basis": mine.basis} if mine.basis else {}),
    }


def _figure(key: str, measure: Measure) -> dict[str, str]:
    letters = LETTERS.get(key)
    value = letters[int(measure.value)] if letters else stored.plain(measure.value)
    return {"value": value, "on": measure.on, "level": measure.level}


def _said(key: str, measure: Measure) -> str:
    """Return a figure in words, in the active language."""
    letters = LETTERS.get(key)
    if letters:
        return letters[int(measure.value)].upper().replace("-PLUS", "+")
    text = stored.plain(measure.value)
    if key == "footprint":
        return saying.kilograms(text)
    if key == "price":
        return saying.money(text, "EUR")
    if key == "environmental_cost":
        return saying.number(text)
    return saying.percent(_tenths(measure.value))


def _tenths(value: Decimal) -> str:
    rounded = stored.rounded(value, Decimal("0.1"))
    return stored.plain(value if rounded is None else rounded)


def _unit(key: str, basis: str) -> str:
    """Return for how much of a product a price or a footprint is told."""
    if key == "price":
        return saying.quantity(Decimal(1), basis.rpartition("/")[2])
    if key == "footprint":
        value, _blank, unit = basis.rpartition(" | ")[2].partition(" ")
        return saying.quantity(stored.number(value), unit)
    return ""


def _line(one: dict[str, Any]) -> str:
    """Say an alternative in one line, its drawbacks too."""
    name = f"{one['name']} ({one['brand']})" if one.get("brand") else one["name"]
    reasons = "; ".join(reason["text"] for reason in one["reasons"])
    parts = [name, reasons]
    if drawbacks := one.get("drawbacks"):
        parts.append(
            _("less good: %(facts)s")
            % {"facts": "; ".join(fact["text"] for fact in drawbacks)}
        )
    if one.get("same_company"):
        parts.append(_("same company"))
    if one.get("wider_category"):
        parts.append(wording.code(one["wider_category"]))
    return " — ".join(parts)
