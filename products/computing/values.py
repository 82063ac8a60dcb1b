"""Computed values, with their inputs. A leaf of this package."""

from decimal import Decimal
from typing import Any

from companies.civil_status import computed
from companies.levels import lowest
from products import stored
from products.drafts import Documents, Draft


def decimal(draft: Draft, path: str) -> Decimal | None:
    """Return the number in a field, or none while nobody knows it."""
    return stored.number(draft.known(path))


def computed_from(
    documents: Documents, inputs: list[str], **members: Any
) -> dict[str, Any]:
    """
    Return a value computed from `inputs`, paths of which one at least has a level.

    It has the lowest level, every state and the oldest date of what it comes from.
    """
    inputs = [path for path in inputs if documents[path]["level"]]
    used = [documents[path] for path in inputs]
    return computed(
        lowest([document["level"] for document in used]),
        states=sorted(
            {state for document in used for state in document.get("states", [])}
        ),
        observed_at=min(document["observed_at"] for document in used),
        inputs=inputs,
        **members,
    )
