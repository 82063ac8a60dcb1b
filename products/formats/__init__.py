"""
Other forms of a published sheet, made from its own bytes. Pure.

The published document is the truth; every form says less, in other words. What is
disputed or expired is left out of the forms whose terms have no word for it.
"""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from products.formats import lite, schema_org, untp

JSON = "application/json"
LINKED_DATA = "application/ld+json"
LITE = "application/vnd.flashsesame.lite+json"
PASSPORT = "application/vc+ld+json"


class Form(NamedTuple):
    """One form: the name that `?profile=` takes, its media type, and who makes it."""

    profile: str
    media_type: str
    # Takes the published document and our address without closing slash.
    make: Callable[[dict[str, Any], str], dict[str, Any]]
    # By which content negotiation tells it from another form of the same type.
    address: str = ""


WHOLE = "full"
FORMS = {
    form.profile: form
    for form in (
        Form("lite", LITE, lite.lite),
        Form("schema.org", LINKED_DATA, schema_org.product, "https://schema.org"),
        Form(
            "untp-dpp-0.6.1",
            PASSPORT,
            untp.passport,
            "https://test.uncefact.org/vocabulary/untp/dpp/0.6.1/",
        ),
    )
}
PROFILES = (WHOLE, *FORMS)
MEDIA_TYPES = {form.media_type: form for form in FORMS.values()}


def rendered(form: Form, sheet: bytes, base_url: str) -> bytes:
    """Return the bytes of one form of a published sheet with its live parts."""
    made = form.make(json.loads(sheet), base_url)
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()
