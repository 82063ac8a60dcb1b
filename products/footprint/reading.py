"""A footprint, read from a sheet in the making."""

from decimal import Decimal
from typing import Any

from products import stored
from products.drafts import Draft
from products.footprint.stages import Footprint, Quantity, Stage, ours


def read(draft: Draft) -> Footprint:
    """Return the footprint as it is stored."""
    unit = stored.text(draft.documents["eco.pcf_total"].get("unit"))
    return Footprint(
        total=_number(draft, "eco.pcf_total"),
        unit=unit or "KGM",
        stages=tuple(
            Stage(
                ours(stored.text(entry.get("stage"))),
                amount,
                stored.number(entry.get("biogenic_kg_co2e")),
            )
            for entry in stored.entries(draft.known("eco.pcf_by_stage"))
            if (amount := stored.number(entry.get("kg_co2e"))) is not None
        ),
        scope=stored.text(draft.known("eco.scope")),
        declared_unit=_quantity(draft.known("eco.declared_unit")),
        net_content=_quantity(draft.known("identity.net_content")),
        method=stored.text(draft.known("eco.method")),
        reference_year=stored.whole(draft.known("eco.reference_year")),
        primary_ratio=_number(draft, "eco.primary_data_ratio"),
        quality_rating=_number(draft, "eco.data_quality_rating"),
        energy_class=stored.text(draft.known("eco.energy_class")),
        repairability=_number(draft, "eco.repairability"),
    )


def _quantity(value: Any) -> Quantity | None:
    found = stored.mapping(value)
    if not found:
        return None
    return Quantity(stored.number(found.get("value")), stored.text(found.get("unit")))


def _number(draft: Draft, path: str) -> Decimal | None:
    return stored.number(draft.known(path))
