"""Where a redirect leads: the registered address and the request's query, untouched."""

from urllib.parse import quote, unquote_plus

# The resolver's own parameters; all others belong to the target.
OWN_PARAMETERS = frozenset({"linkType", "context", "language"})
PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def location(href: str, query: str) -> str:
    """Return `href` with the rest of a raw query, byte for byte, before a fragment."""
    if not query:
        return href
    address, hash_sign, fragment = href.partition("#")
    joint = "&" if "?" in address else "?"
    if address.endswith(("?", "&")):
        joint = ""
    return f"{address}{joint}{query}{hash_sign}{fragment}"


def passed_on(query: str) -> str:
    """Return the parts of a raw query that are not the resolver's own."""
    parts = [part for part in query.split("&") if _name(part) not in OWN_PARAMETERS]
    return as_header("&".join(parts))


def asked(query: str, name: str) -> str:
    """Return the first value of a parameter in a raw query, or nothing."""
    for part in query.split("&"):
        if _name(part) == name:
            return unquote_plus(part.partition("=")[2])
    return ""


def as_header(text: str) -> str:
    """Encode what a header cannot carry; what can stand there stays as it is."""
    return quote(text, safe=PRINTABLE)


def _name(part: str) -> str:
    return unquote_plus(part.partition("=")[0])
