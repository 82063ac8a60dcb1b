"""What follows from the nutrients: the Nutri-Score, and what does not fit."""

from products.drafts import Draft


def add(draft: Draft) -> None:
    """Add what follows."""
