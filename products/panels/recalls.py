"""What the section `recalls` says, in the active language: above everything."""

from typing import Any

from django.utils.translation import gettext as _

from products import batches, wording
from products.drafts import Draft, Flag, Panel
from products.models import NoticeKind

PATH = "recalls.recalls"


def panels(draft: Draft) -> list[Panel]:
    """Return what this section says, the most telling first."""
    entries = [one for one in draft.known(PATH) or [] if isinstance(one, dict)]
    warnings = [one for one in entries if one.get("kind") == NoticeKind.SAFETY]
    recalled = [one for one in entries if one not in warnings]
    found = []
    if recalled:
        title = _("This product is recalled")
        found.append(_panel("recalled", title, recalled))
    if warnings:
        title = _("There is a safety notice on this product")
        found.append(_panel("warned", title, warnings))
    return found


def words(flag: Flag) -> tuple[str, str]:
    """Return the sentence of a flag, and what follows from it."""
    raise KeyError(flag.rule)


def _panel(key: str, title: str, entries: list[dict[str, Any]]) -> Panel:
    return Panel(
        key,
        title,
        _whom(entries),
        evaluation="bad",
        lines=tuple(wording.recall(one) for one in entries[: wording.MAX_LINES]),
        fields=(PATH,),
    )


def _whom(entries: list[dict[str, Any]]) -> str:
    """Say whether the lot matters: without it nobody knows whether theirs is meant."""
    if all(batches.named(one.get("batches")) for one in entries):
        return _(
            "Not every unit is concerned: check the lot on the package before you use "
            "it."
        )
    return _("Do not use it before you have read what follows.")
