"""How long making takes: declared against computed."""

from products.drafts import Draft


def add(draft: Draft) -> None:
    """Add what follows."""
