"""What the section `variants` says, in the active language."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from products import wording
from products.drafts import Draft, Flag, Panel

# A phone shows no more at once; the field has them all.
MOST_LINES = 20


def panels(draft: Draft) -> list[Panel]:
    """Return what this section says, the most telling first."""
    siblings = draft.known("variants.siblings")
    if not siblings:
        return []
    return [_family(draft, siblings), *_grades(siblings)]


def words(flag: Flag) -> tuple[str, str]:
    """Return the sentence of a flag, and what follows from it."""
    raise KeyError(flag.rule)


def _family(draft: Draft, siblings: list[dict[str, Any]]) -> Panel:
    text = ngettext(
        "There is %(n)s other variant.",
        "There are %(n)s other variants.",
        len(siblings),
    ) % {"n": len(siblings)}
    if keys := draft.known("variants.varies_by"):
        named = ", ".join(wording.code(key) for key in keys)
        text = f"{text} {_('They differ by: %(attributes)s.') % {'attributes': named}}"
    return Panel(
        "family",
        str(draft.known("variants.group")),
        text,
        lines=tuple(_lines(siblings)),
        fields=("variants.siblings", "variants.varies_by"),
    )


def _lines(siblings: list[dict[str, Any]]) -> Iterable[str]:
    for one in siblings[:MOST_LINES]:
        differs = ", ".join(
            f"{wording.code(key)} {value}" for key, value in one["differs"].items()
        )
        yield f"{one['name']} — {differs}" if differs else str(one["name"])


def _grades(siblings: list[dict[str, Any]]) -> list[Panel]:
    """Say which siblings have another grade: the recipe is not the same, then."""
    graded = [one for one in siblings if one.get("grades")]
    if not graded:
        return []
    return [
        Panel(
            "grades",
            _("Not the same grade"),
            ngettext(
                "%(n)s variant has another grade than this product.",
                "%(n)s variants have another grade than this product.",
                len(graded),
            )
            % {"n": len(graded)},
            lines=tuple(
                f"{one['name']} — {wording.grades(one['grades'])}"
                for one in graded[:MOST_LINES]
            ),
            fields=("variants.siblings",),
        )
    ]
