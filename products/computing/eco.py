"""What follows from the footprint: scores, and what does not fit."""

from products.drafts import Draft


def add(draft: Draft) -> None:
    """Add what follows."""
