"""What the places of production tell, and what does not fit."""

from typing import Any

from products import places, stored
from products.computing.located import located_components
from products.computing.values import computed_from
from products.drafts import Draft
from products.places.rules import CERTIFICATES, CLAIM, COMPONENTS, PLACES
from products.price import MARGINS, TAX

# A cost whose sum is not known has no half.
ADDS_UP = ("full", "cost_only")


def add(draft: Draft) -> None:
    """Add the country of the last processing and the French share of the cost."""
    _blur_points(draft)
    located = places.Located(
        tuple(places.place(entry) for entry in stored.entries(draft.known(PLACES))),
        stored.text(draft.known(CLAIM)),
        _costs(draft),
        tuple(
            stored.text(entry.get("scheme"))
            for entry in stored.entries(draft.known(CERTIFICATES))
        ),
    )
    if country := places.made_in(located.places):
        draft.documents["places.made_in"] = computed_from(
            draft.documents, [PLACES], value=country
        )
    _add_french_share(draft, located)
    draft.flags.extend(places.check(located))


def _blur_points(draft: Draft) -> None:
    """Publish no point finer than a kilometre, however finely it was stored."""
    document = draft.documents[PLACES]
    blurred = _blurred(document)
    if "discrepancy" in document:
        blurred["discrepancy"] = [_blurred(one) for one in document["discrepancy"]]
    draft.documents[PLACES] = blurred


def _blurred(document: dict[str, Any]) -> dict[str, Any]:
    value = document["value"]
    if not isinstance(value, list):
        return dict(document)
    return {
        **document,
        "value": [
            places.coarse(one) if isinstance(one, dict) else one for one in value
        ],
    }


def _costs(draft: Draft) -> tuple[places.Cost, ...] | None:
    if draft.known("price.completeness") not in ADDS_UP:
        return None
    costs = [
        places.Cost(number, country)
        for code, amount, country in located_components(draft)
        if code not in (*MARGINS, TAX) and (number := stored.number(amount)) is not None
    ]
    return tuple(costs) or None


def _add_french_share(draft: Draft, located: places.Located) -> None:
    """Say it only where some of the cost is placed: all unplaced is not 0 %."""
    costs = located.costs
    if costs is None or not any(one.country for one in costs):
        return
    share = places.french_cost_share_pct(costs)
    if share is not None:
        draft.documents["places.french_cost_share_pct"] = computed_from(
            draft.documents, [COMPONENTS, PLACES], value=f"{share:f}", unit="P1"
        )
