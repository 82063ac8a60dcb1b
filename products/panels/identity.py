"""What the section `identity` says, in the active language."""

from datetime import date

from django.utils.translation import gettext as _

from companies import wording
from companies.levels import SourceKind
from products.drafts import Draft, Flag, Panel


def panels(draft: Draft) -> list[Panel]:
    """Return what this section says, the most telling first."""
    found = [_replaced(draft), _replaces(draft), _maker(draft)]
    return [panel for panel in found if panel is not None]


def words(flag: Flag) -> tuple[str, str]:
    """Return the sentence of a flag, and what follows from it."""
    raise KeyError(flag.rule)


def _replaced(draft: Draft) -> Panel | None:
    """Say first of all that there is a newer product: this page is about the old."""
    by = draft.known("identity.replaced_by")
    if by is None:
        return None
    text = _(
        "“%(name)s” (%(gtin)s) took its place on %(day)s. What is written here stays "
        "true of the product with this number."
    )
    return Panel(
        "replaced",
        _("This product was replaced"),
        text % {"name": by["name"], "gtin": by["gtin"], "day": _day(by["since"])},
        evaluation="average",
        fields=("identity.replaced_by",),
    )


def _replaces(draft: Draft) -> Panel | None:
    before = draft.known("identity.replaces")
    if not before:
        return None
    line = _("%(name)s (%(gtin)s), until %(day)s")
    return Panel(
        "replaces",
        _("What it was before"),
        _("This product took the place of another one, which may still be in shops.")
        if len(before) == 1
        else _("This product took the place of others, which may still be in shops."),
        lines=tuple(
            line % {"name": one["name"], "gtin": one["gtin"], "day": _day(one["since"])}
            for one in before
        ),
        fields=("identity.replaces",),
    )


def _maker(draft: Draft) -> Panel | None:
    """Say who answers for it: the first thing that a brand hides."""
    owner = draft.known("identity.brand_owner")
    if owner is None:
        return Panel(
            "maker",
            _("Who answers for it"),
            _("No company has said that this product is its own."),
            evaluation="unknown",
            fields=("identity.brand_owner",),
        )
    source = draft.documents["identity.brand_owner"]["source"]
    is_stated = source["kind"] != SourceKind.COMPUTED
    text = (
        _("The brand is declared to belong to %(owner)s.")
        if is_stated
        else _("%(owner)s has declared this product as its own.")
    )
    return Panel(
        "maker",
        _("Who answers for it"),
        text % {"owner": owner},
        fields=("identity.brand", "identity.brand_owner"),
    )


def _day(text: str) -> str:
    return wording.day(date.fromisoformat(text))
