"""What the section `price` says, in the active language."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from companies.levels import Status
from products import stored, wording
from products.drafts import Draft, Flag, Panel
from products.panels import price_words, saying
from products.price import labour
from products.price.breakdown import TENTH
from products.price.rules import BY_PLACE, COMPONENTS, PRICE, RATE

COMPLETENESS = "price.completeness"
COST = "price.labour_cost_per_unit"
SHARE = "price.labour_share_of_price_pct"
MINUTE = "price.labour_minute_cost"
GAP = "price.labour_living_wage_gap_pct"


def panels(draft: Draft) -> list[Panel]:
    """Return what this section says, the most telling first."""
    return [*_labour(draft), *_living_wage(draft), *_breakdown(draft)]


def words(flag: Flag) -> tuple[str, str]:
    """Return the sentence of a flag, and what follows from it."""
    currency = flag.values.get("currency", "")

    def money(amount: str) -> str:
        return saying.money(amount, currency)

    amounts = ("amount", "price", "sum", "cost", "stated", "computed", "hourly")
    formats = {
        **dict.fromkeys((*amounts, "minimum"), money),
        **dict.fromkeys(("gap", "rate"), saying.percent),
        "minutes": saying.number,
        "code": saying.CODE,
        "country": saying.country,
        "since": saying.day,
    }
    return saying.words(flag, price_words.WORDS, formats)


def _labour(draft: Draft) -> Iterator[Panel]:
    title = _("What the work costs")
    cost = draft.known(COST)
    if cost is None:
        yield Panel(
            "labour",
            title,
            _("The producer has not disclosed what the work on this product costs."),
            "unknown",
            fields=(COMPONENTS,),
        )
        return
    currency = stored.text(draft.documents[COST].get("unit"))
    text = _("Work costs %(cost)s for each unit.") % {
        "cost": saying.money(str(cost), currency)
    }
    lines = []
    if (share := draft.known(SHARE)) is not None:
        lines.append(
            _("%(share)s of the price before VAT") % {"share": saying.percent(share)}
        )
    else:
        lines.append(
            _("No share of the price is given: the amounts do not make up a whole.")
        )
    if (minute := draft.known(MINUTE)) is not None:
        hourly = (stored.number(minute) or 0) * 60
        lines.append(
            _("%(cost)s for an hour of work")
            % {"cost": saying.money(str(hourly), currency)}
        )
    yield Panel("labour", title, text, "neutral", tuple(lines), (COST, SHARE, MINUTE))


def _living_wage(draft: Draft) -> Iterator[Panel]:
    """Name each gap with the benchmark that it is measured against."""
    lines, gaps = [], []
    for entry in stored.entries(draft.known(BY_PLACE)):
        one = labour.group(entry)
        gap = labour.living_wage_gap_pct(one, on=draft.on)
        if gap is None:
            continue
        gaps.append(gap)
        sentence = (
            _("%(country)s: %(gap)s below the living wage (%(source)s)")
            if gap
            else _("%(country)s: the living wage is reached (%(source)s)")
        )
        source = f"{one.source}, {one.region}, {one.year}"
        lines.append(
            sentence
            % {
                "country": saying.country(one.country),
                "gap": saying.percent(str(gap)),
                "source": source,
            }
        )
    if not gaps:
        return
    text = (
        _("In one place at least, pay is below the living wage of the benchmark named.")
        if max(gaps)
        else _("Pay reaches the living wage of the benchmark named.")
    )
    evaluation = "bad" if max(gaps) else "good"
    yield Panel(
        "living_wage",
        _("Pay and living wage"),
        text,
        evaluation,
        tuple(lines),
        (BY_PLACE, GAP),
    )


def _breakdown(draft: Draft) -> Iterator[Panel]:
    document = draft.documents[COMPONENTS]
    if document["status"] != Status.KNOWN:
        return
    completeness = stored.text(draft.known(COMPLETENESS)) or "partial"
    evaluation = {"full": "good", "cost_only": "average"}.get(completeness, "unknown")
    text = {
        "full": _("The amounts add up to the price."),
        "cost_only": _(
            "The costs add up to the stated cost; margins are not disclosed."
        ),
    }.get(
        completeness,
        _("The amounts do not make up the price, so no percentage is shown."),
    )
    yield Panel(
        "breakdown",
        _("What the price is made of"),
        text,
        evaluation,
        tuple(_lines(draft, completeness)),
        (COMPONENTS, PRICE, RATE),
    )


def _lines(draft: Draft, completeness: str) -> Iterator[str]:
    """Name each amount; its share only of a whole, which is the price with VAT."""
    currency = stored.text(
        draft.documents[COMPONENTS].get("unit") or draft.documents[PRICE].get("unit")
    )
    price = stored.number(draft.known(PRICE))
    for entry in stored.entries(draft.known(COMPONENTS))[: wording.MAX_LINES]:
        amount = stored.number(entry.get("amount"))
        if amount is None:
            continue
        name = wording.code(stored.text(entry.get("code")))
        line = f"{name} — {saying.money(str(amount), currency)}"
        share = (
            stored.rounded(amount / price * 100, TENTH)
            if price and completeness == "full"
            else None
        )
        yield line if share is None else f"{line} — {saying.percent(str(share))}"
