"""
What the OpenAPI document says of the resolver, whose views are not REST framework's.

The resolver is at the root of the site: `/{ai}/{value}` and so on. Its rules are those
of GS1's standards; the document says what is asked and what comes back.
"""

from typing import Any

from scanning.codes.dictionary import IDENTIFIERS, PRIMARY_KEYS

TAG = "resolver"
TEXT = {"type": "string"}
PROBLEM = {"$ref": "#/components/schemas/Problem"}
LINKSET = {
    "type": "object",
    "description": "RFC 9264; valid against GS1's schema.",
    "properties": {
        "linkset": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"anchor": TEXT, "itemDescription": TEXT},
                "required": ["anchor", "itemDescription"],
            },
        }
    },
    "required": ["linkset"],
}
SHEET_OR_LINKSET = {
    "anyOf": [{"$ref": "#/components/schemas/SheetDocument"}, LINKSET],
    "description": "Our sheet; the linkset where a company registered a default.",
}
PARAMETERS = {
    "linkType": "The kind of link wanted, such as gs1:pip; or linkset: every link.",
    "context": "Chooses among links of a kind, such as a market: FR.",
    "language": "Goes before Accept-Language.",
}
DESCRIPTION = (
    "Answers a GS1 Digital Link with the link that suits the request best: kind, then"
    " context, media type and language, then the default. The finest level that has"
    " such a link answers: an item's, then a lot's, then the product's. Without a"
    " registered default, the product's sheet is answered in place. Other parameters"
    " are handed on as they are."
)


def _content(*media: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {one: {"schema": schema or TEXT} for one in media}


def _refused(description: str) -> dict[str, Any]:
    content = _content("application/problem+json", schema=PROBLEM)
    return {"description": description, "content": content | _content("text/html")}


RESPONSES: dict[str, Any] = {
    "200": {
        "description": "The sheet, or every link.",
        "content": {
            **_content("text/html"),
            **_content("application/json", schema=SHEET_OR_LINKSET),
            **_content("application/linkset+json", schema=LINKSET),
            **_content("application/ld+json", schema={"type": "object"}),
        },
    },
    "300": {
        "description": "Several links suit the request equally well.",
        "content": {
            **_content("text/html"),
            **_content("application/linkset+json", "application/json", schema=LINKSET),
            **_content("application/ld+json", schema={"type": "object"}),
        },
    },
    "307": {
        "description": "The link.",
        "headers": {"Location": {"schema": TEXT}, "Link": {"schema": TEXT}},
    },
    "400": _refused("The address is no valid GS1 key."),
    "404": _refused("Nothing is known of it, or no link of the kind asked for."),
}


def add_resolver(
    result: dict[str, Any],
    generator: Any,  # noqa: ARG001 - drf-spectacular's signature
    request: Any,  # noqa: ARG001 - drf-spectacular's signature
    public: Any,  # noqa: ARG001 - drf-spectacular's signature
) -> dict[str, Any]:
    """Add the resolver's addresses (a generator hook)."""
    keys = sorted(PRIMARY_KEYS)
    gtin = _part("gtin", "The product's number, 14 digits; 8, 12 or 13 are taken too.")
    lot = _part("lot", "Batch or lot, percent-encoded once.")
    serial = _part("serial", "Serial number, percent-encoded once.")
    titles = ", ".join(f"{ai} {IDENTIFIERS[ai].title}" for ai in keys)
    ai = _part("ai", f"A primary key: {titles}.", enum=keys)
    value = _part("value", "Its value; pairs of qualifiers may follow.")
    result["paths"] |= {
        "/01/{gtin}": {"get": _operation("resolveProduct", gtin)},
        "/01/{gtin}/10/{lot}": {"get": _operation("resolveLot", gtin, lot)},
        "/01/{gtin}/21/{serial}": {"get": _operation("resolveItem", gtin, serial)},
        "/{ai}/{value}": {"get": _operation("resolveKey", ai, value)},
        "/.well-known/gs1resolver": {"get": _described("describeResolver")},
        "/.well-known/resolver": {"get": _described("describeResolverUntp")},
    }
    return result


def _part(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "in": "path",
        "name": name,
        "required": True,
        "description": description,
        "schema": TEXT | schema,
    }


def _operation(name: str, *path: dict[str, Any]) -> dict[str, Any]:
    query = [
        {"in": "query", "name": one, "description": description, "schema": TEXT}
        for one, description in PARAMETERS.items()
    ]
    return {
        "operationId": name,
        "description": DESCRIPTION,
        "tags": [TAG],
        "parameters": [*path, *query],
        "responses": dict(RESPONSES),
    }


def _described(name: str) -> dict[str, Any]:
    return {
        "operationId": name,
        "description": "What this resolver supports: GS1's description file.",
        "tags": [TAG],
        "responses": {
            "200": {
                "description": "The description file.",
                "content": _content("application/json", schema={"type": "object"}),
            }
        },
    }
