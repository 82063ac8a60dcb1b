"""What the section `manufacturing` says, in the active language."""

from products.drafts import Draft, Flag, Panel


def panels(draft: Draft) -> list[Panel]:  # noqa: ARG001
    """Return what this section says, the most telling first."""
    return []


def words(flag: Flag) -> tuple[str, str]:
    """Return the sentence of a flag, and what follows from it."""
    raise KeyError(flag.rule)
