"""
The alternatives as the sheet shows them, and what it says where none is known.

A leaf module. What was compared is joined to a sheet as bytes, like the stock.
"""

from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from common import canonical
from companies.civil_status import unknown


def section(document: dict[str, Any]) -> dict[str, Any]:
    """Return the section with its one value, in the active language."""
    return {
        "label": _("Alternatives"),
        "field_order": ["alternatives"],
        "fields": {"alternatives": {"label": _("Products that do better"), **document}},
    }


@cache
def unknown_body(language: str) -> bytes:
    """Return the document of a product to which no alternative is known."""
    with override(language):
        text = _("No better product is known in this category.")
        return canonical.dumps(section({**unknown(), "text": text}))
