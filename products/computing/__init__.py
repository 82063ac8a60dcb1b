"""
Values of the sheet that follow from others, with their inputs and how they were found.

One module per subject, each with `add(draft)`: it adds documents and flags, and changes
no statement.
"""

from products.computing import durations, eco, nutrition, places, price
from products.drafts import Draft

# Later ones may use what earlier ones computed.
SUBJECTS = (durations, price, places, eco, nutrition)


def add_all(draft: Draft) -> None:
    """Add everything that follows from what is known."""
    for subject in SUBJECTS:
        subject.add(draft)


__all__ = ["SUBJECTS", "add_all"]
