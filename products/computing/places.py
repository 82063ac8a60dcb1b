"""What the places of production tell, and what does not fit."""

from products.drafts import Draft


def add(draft: Draft) -> None:
    """Add what follows."""
