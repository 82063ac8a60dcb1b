"""Drafts of sheets for the tests of nutrition, without a database."""

from datetime import date
from typing import Any

from companies.civil_status import unknown
from products import vocabulary
from products.computing import nutrition
from products.drafts import Draft

DAY = date(2026, 11, 22)
BISCUIT: dict[str, Any] = {
    "identity.category": ["en:snacks", "en:biscuits"],
    "nutrition.basis": "100g",
    "nutrition.energy_kj": "2000",
    "nutrition.fat": "20",
    "nutrition.saturated_fat": "9",
    "nutrition.carbohydrates": "65",
    "nutrition.sugars": "25",
    "nutrition.fiber": "3.5",
    "nutrition.proteins": "7",
    "nutrition.salt": "0.6",
    "nutrition.fruits_vegetables_legumes_pct": "0",
}


def known(value: Any, **members: Any) -> dict[str, Any]:
    """Return a document of a declared value."""
    return {
        **unknown(),
        "status": "known",
        "value": value,
        "source": {"kind": "producer", "name": "Biscuiterie du Test", "url": None},
        "level": "declared",
        "observed_at": "2026-06-01T00:00:00Z",
        **members,
    }


def absent(status: str) -> dict[str, Any]:
    """Return a document of a status without a value."""
    return {**known(None), "status": status}


def drafted(values: dict[str, Any] | None = None, **changes: Any) -> Draft:
    """
    Return a draft with what follows from `values`, those of a biscuit unless given.

    `changes` are documents or values of nutrition, by key; `None` takes one away.
    """
    given = {
        path: known(value)
        for path, value in (BISCUIT if values is None else values).items()
    }
    for key, change in changes.items():
        path = key.replace("__", ".") if "__" in key else f"nutrition.{key}"
        given.pop(path, None)
        if change is not None:
            is_document = isinstance(change, dict) and "status" in change
            given[path] = change if is_document else known(change)
    documents = {**{path: unknown() for path in vocabulary.fields()}, **given}
    draft = Draft("", DAY, documents)
    nutrition.add(draft)
    return draft
