"""What follows from the footprint: what does not fit, and the scores."""

from products.computing import environmental_cost, green_score
from products.drafts import Draft
from products.footprint import rules
from products.footprint.reading import read


def add(draft: Draft) -> None:
    """Add what does not fit in the footprint, and the scores that it allows."""
    draft.flags.extend(rules.check(read(draft), on=draft.on))
    green_score.add(draft)
    environmental_cost.add(draft)
