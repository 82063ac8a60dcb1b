"""What the section `eco` says, in the active language."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies import wording as company_wording
from companies.levels import Status
from products import stored, wording
from products.drafts import Draft, Flag, Panel
from products.footprint import comparing, environmental_cost
from products.footprint.reading import read
from products.footprint.stages import Footprint, shares_pct
from products.panels import eco_scores, saying
from products.panels.eco_words import WORDS

TOTAL = "eco.pcf_total"
STAGES = "eco.pcf_by_stage"


def panels(draft: Draft) -> list[Panel]:
    """Return what this section says, the most telling first."""
    footprint = read(draft)
    return [
        _carbon(draft, footprint),
        *_comparison(draft, footprint),
        *eco_scores.green_score(draft),
        *eco_scores.environmental_cost(draft),
    ]


def words(flag: Flag) -> tuple[str, str]:
    """Return the sentence of a flag, and what follows from it."""
    kilograms = dict.fromkeys(("sum", "total", "amount"), saying.kilograms)
    units = dict.fromkeys(("unit", "content"), company_wording.unit_text)
    numbers = dict.fromkeys(
        ("ratio", "rating", "index", "ef", "points", "coefficient", "estimate"),
        saying.number,
    )
    is_grade = flag.rule == "eco.green_score_differs"
    formats = {
        **kilograms,
        **units,
        **numbers,
        "stage": saying.CODE,
        "on": saying.day,
        "computed": eco_scores.letter,
        "declared": eco_scores.letter if is_grade else saying.number,
        "impacts": _impacts,
    }
    return saying.words(flag, WORDS, formats)


def _impacts(codes: str) -> str:
    """Name the categories of impacts, as their method does."""
    if not codes:
        return _("no impact")
    found = environmental_cost.categories()
    is_english = company_wording.language() == "en"
    return ", ".join(
        (found[code].label_en if is_english else found[code].label_fr)
        if code in found
        else code
        for code in codes.split(", ")
    )


def _carbon(draft: Draft, footprint: Footprint) -> Panel:
    title = _("Carbon footprint")
    if footprint.total is None:
        status = draft.documents[TOTAL]["status"]
        text = (
            _("The carbon footprint of this product is not published.")
            if status == Status.WITHHELD
            else _("Nobody has disclosed the carbon footprint of this product.")
        )
        return Panel("carbon", title, text, "unknown", fields=(TOTAL,))
    total = saying.kilograms(stored.plain(footprint.total))
    unit = footprint.declared_unit
    text = (
        _("%(total)s for %(unit)s.")
        % {"total": total, "unit": saying.quantity(unit.value, unit.unit)}
        if unit is not None
        else _("%(total)s; for which quantity is not said.") % {"total": total}
    )
    return Panel(
        "carbon",
        title,
        text,
        "neutral",
        (*_described(footprint), *_stages(footprint)),
        (TOTAL, STAGES, "eco.declared_unit", "eco.method", "eco.scope"),
    )


def _described(footprint: Footprint) -> Iterator[str]:
    """Say by which method, within which limits and how well it was measured."""
    not_said = company_wording.absent(Status.UNKNOWN)
    yield _("Method: %(method)s") % {"method": footprint.method or not_said}
    scope = wording.code(footprint.scope) if footprint.scope else not_said
    yield _("Scope: %(scope)s") % {"scope": scope}
    year = footprint.reference_year
    yield _("Reference year: %(year)s") % {"year": not_said if year is None else year}
    ratio = footprint.primary_ratio
    if ratio is not None and 0 <= ratio <= 1:
        share = saying.percent(stored.plain(ratio * 100))
        yield _("Measured by the producer and its suppliers: %(share)s of the data") % {
            "share": share
        }
    rating = footprint.quality_rating
    if rating is not None and 1 <= rating <= 5:
        yield _("Quality of the data: %(rating)s, from 1 (best) to 5") % {
            "rating": saying.number(stored.plain(rating))
        }


def _stages(footprint: Footprint) -> Iterator[str]:
    shares = shares_pct(footprint.total, footprint.stages)
    pairs = list(zip(footprint.stages, shares, strict=True))[: wording.MAX_LINES]
    for stage, share in pairs:
        line = f"{wording.code(stage.code)} — {saying.kilograms(_plain(stage.amount))}"
        yield line if share is None else f"{line} — {saying.percent(_plain(share))}"


def _plain(number: Decimal) -> str:
    return stored.plain(number)


def _comparison(draft: Draft, footprint: Footprint) -> Iterator[Panel]:
    """Compare only with what was measured alike, and name it."""
    found = comparing.compare_stated(footprint, draft.benchmarks)
    if found is None:
        return
    text = {
        "good": _("Among the lowest quarter of its category."),
        "average": _("Within the middle of its category."),
        "bad": _("Among the highest quarter of its category."),
    }[found.evaluation]
    count = found.benchmark.products
    lines = (
        ngettext(
            "%(category)s: %(n)s product measured alike",
            "%(category)s: %(n)s products measured alike",
            count,
        )
        % {"category": wording.code(found.benchmark.category), "n": count},
        _(
            "A quarter of them is at %(p25)s or below, half at %(median)s, three "
            "quarters at %(p75)s."
        )
        % {
            "p25": saying.kilograms(_plain(found.p25)),
            "median": saying.kilograms(_plain(found.median)),
            "p75": saying.kilograms(_plain(found.p75)),
        },
        _("Same method, scope and unit: %(method)s, %(scope)s.")
        % {"method": footprint.method, "scope": wording.code(footprint.scope)},
    )
    yield Panel(
        "comparison",
        _("Beside its category"),
        text,
        found.evaluation,
        lines,
        (TOTAL, "identity.category", "eco.method"),
    )
