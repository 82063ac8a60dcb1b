"""Where the parts of a price are placed. A leaf of this package."""

from products import places, stored
from products.drafts import Draft


def located_components(draft: Draft) -> list[tuple[str, str, str]]:
    """
    Return each component of the price as its code, its amount and its country.

    The country is its own, or that of the place whose name it has; else empty.
    """
    by_name = places.countries_by_name(
        places.place(entry) for entry in stored.entries(draft.known("places.places"))
    )
    return [
        (
            stored.text(entry.get("code")),
            stored.text(entry.get("amount")),
            stored.text(entry.get("country"))
            or by_name.get(stored.text(entry.get("place")).casefold(), ""),
        )
        for entry in stored.entries(draft.known("price.components"))
    ]
