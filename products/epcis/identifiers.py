"""
EPCs, classes, places and parties in one canonical form. Pure.

Sources: GS1 EPC Tag Data Standard 2.0, section 6; GS1 Digital Link URI Syntax 1.4; CBV
2.0, section 8. Canonical is `https://id.gs1.org/…` with the finest key alone, whatever
the domain, company prefix or query that it came with.
"""

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from products.gtin import check_digit

ROOT = "https://id.gs1.org"
MAX_LENGTH = 2_000
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
# What a serial may hold unescaped in a Digital Link as in an EPC URI.
UNESCAPED = "-._~';="
_TEXT = re.compile(r"(?:[!'()*+,.0-9:;=A-Za-z_-]|%[0-9A-Fa-f]{2}){1,90}")
_PREFIX = re.compile(r"[0-9]{6,12}")
_DIGITS = re.compile(r"[0-9]+")
# GS1's character set 82.
_CHARACTERS = re.compile(r"[!\"%&'()*+,./0-9:;<=>?A-Za-z_-]{1,90}")


class Thing(NamedTuple):
    """
    What an event speaks of: an item, a lot, a model, a pallet, or something foreign.

    `key` is the canonical URI by which two spellings are the same thing; `kind` one of
    item, lot, model, logistic, other; `gtin` has 14 digits.
    """

    key: str
    kind: str
    gtin: str = ""
    lot: str = ""
    serial: str = ""


def thing(uri: str) -> Thing | None:
    """
    Return what a URI names; none when it is no URI, or a GS1 identifier gone wrong.

    A URI of somebody's own is a thing of kind `other`: it can be followed all the same.
    """
    try:
        key = _canonical(uri)
    except ValueError:
        return None
    return _parsed(key)


def of_product(gtin: str, lot: str = "", serial: str = "") -> Thing:
    """Return the item with this serial, else the lot, else the model. `gtin`: 14."""
    key = f"{ROOT}/01/{gtin}"
    if serial:
        key = f"{key}/21/{quote(serial, safe=UNESCAPED)}"
    elif lot:
        key = f"{key}/10/{quote(lot, safe=UNESCAPED)}"
    return _parsed(key)


def canonical(uri: str) -> str:
    """Return the canonical form of a URI; one that holds no GS1 key, as it is."""
    try:
        return _canonical(uri)
    except ValueError:
        return uri


def _parsed(key: str) -> Thing:
    parts = key.removeprefix(f"{ROOT}/").split("/") if key.startswith(ROOT) else []
    match parts:
        case ["01" | "8006" as ai, code]:
            return Thing(key, "model", code[:14] if ai == "01" else "")
        case ["01", gtin, "10", lot]:
            return Thing(key, "lot", gtin, lot=unquote(lot))
        case ["01", gtin, "21", serial]:
            return Thing(key, "item", gtin, serial=unquote(serial))
        case ["01", gtin, *_]:
            return Thing(key, "item", gtin)
        case ["8006", *_]:
            return Thing(key, "item")
        case ["00" | "8003" | "8004" | "401" | "402", *_]:
            return Thing(key, "logistic")
    return Thing(key, "other")


def _canonical(uri: str) -> str:
    """Raise `ValueError` when it is no URI, or its GS1 key is not well formed."""
    if len(uri) > MAX_LENGTH or not URI.fullmatch(uri):
        raise ValueError("no URI")
    if uri.startswith("urn:epc:"):
        return _from_urn(uri)
    if uri.startswith(("https://", "http://")):
        return _from_link(uri)
    return uri


# --- EPC URIs ---------------------------------------------------------------------


def _from_urn(uri: str) -> str:
    parts = uri.split(":", 4)
    if len(parts) < 5:
        raise ValueError("a cut EPC URI")
    form, scheme, body = parts[2:]
    convert = _URNS.get((form, scheme))
    if convert is None:
        # Schemes that Digital Link does not know: bic, imovn, usdod, adi, gid…
        return uri
    return f"{ROOT}/{convert(body)}"


def _fields(body: str, *lengths: int) -> list[str]:
    """Cut `prefix.reference.…`; the two have `lengths[0]` digits together."""
    fields = body.split(".", len(lengths))
    prefix, reference = fields[0], fields[1] if len(fields) > 1 else ""
    if not _PREFIX.fullmatch(prefix) or len(prefix) + len(reference) != lengths[0]:
        raise ValueError("wrong lengths")
    if reference and not _DIGITS.fullmatch(reference):
        raise ValueError("no digits")
    return fields


def _checked(digits: str) -> str:
    return digits + str(check_digit(digits))


def _encoded(text: str) -> str:
    if not _TEXT.fullmatch(text):
        raise ValueError("characters that an identifier cannot have")
    return _quoted(unquote(text))


def _quoted(text: str) -> str:
    if not _CHARACTERS.fullmatch(text):
        raise ValueError("characters that an identifier cannot have")
    return quote(text, safe=UNESCAPED)


def _gtin(prefix: str, reference: str) -> str:
    if not reference:
        raise ValueError("no item reference")
    return _checked(reference[0] + prefix + reference[1:])


def _serial(ai: str) -> Callable[[str], str]:
    def convert(body: str) -> str:
        prefix, reference, text = _fields(body, 13, 0)
        return f"01/{_gtin(prefix, reference)}/{ai}/{_encoded(text)}"

    return convert


def _sscc(body: str) -> str:
    prefix, reference = _fields(body, 17)
    return f"00/{_checked(reference[0] + prefix + reference[1:])}"


def _sgln(body: str) -> str:
    prefix, reference, extension = _fields(body, 12, 0)
    key = f"414/{_checked(prefix + reference)}"
    return key if extension == "0" else f"{key}/254/{_encoded(extension)}"


def _pgln(body: str) -> str:
    return f"417/{_checked(''.join(_fields(body, 12)[:2]))}"


def _numbered(ai: str, lead: str = "", *, text: bool) -> Callable[[str], str]:
    """Return a conversion to `ai`/lead + 13 digits + what numbers the single one."""

    def convert(body: str) -> str:
        prefix, reference, number = _fields(body, 12, 0)
        if not text and not _DIGITS.fullmatch(number):
            raise ValueError("no digits")
        return f"{ai}/{_checked(lead + prefix + reference)}{_encoded(number)}"

    return convert


def _free(ai: str) -> Callable[[str], str]:
    def convert(body: str) -> str:
        prefix, _, reference = body.partition(".")
        if not _PREFIX.fullmatch(prefix) or len(prefix) + len(reference) > 90:
            raise ValueError("wrong lengths")
        return f"{ai}/{prefix}{_encoded(reference)}"

    return convert


def _whole(ai: str, length: int) -> Callable[[str], str]:
    def convert(body: str) -> str:
        prefix, reference = _fields(body, length)
        return f"{ai}/{_checked(prefix + reference)}"

    return convert


def _cpi(body: str) -> str:
    start, _, serial = body.rpartition(".")
    if not _DIGITS.fullmatch(serial) or len(serial) > 12:
        raise ValueError("no serial")
    return f"{_free('8010')(start)}/8011/{serial}"


def _itip(body: str) -> str:
    prefix, reference, rest = _fields(body, 13, 0)
    return f"{_pieces(prefix, reference, rest)}/21/{_encoded(rest[6:])}"


def _pieces(prefix: str, reference: str, rest: str) -> str:
    if not re.match(r"[0-9]{2}[.][0-9]{2}[.]", rest):
        raise ValueError("no piece and total")
    return f"8006/{_gtin(prefix, reference)}{rest[:2]}{rest[3:5]}"


def _pattern(convert: Callable[[str], str]) -> Callable[[str], str]:
    """Return the conversion of `….*`, every single one: the class without number."""

    def of_all(body: str) -> str:
        if not body.endswith(".*"):
            raise ValueError("no pattern")
        # Numbered 0 for the conversion's sake; the number is then cut away.
        key = convert(body[:-1] + "0")
        return key.rsplit("/", 2)[0] if key.count("/") > 1 else key[:-1]

    return of_all


_SINGLES: dict[str, Callable[[str], str]] = {
    "sgtin": _serial("21"),
    "upui": _serial("235"),
    "sscc": _sscc,
    "sgln": _sgln,
    "pgln": _pgln,
    "grai": _numbered("8003", "0", text=True),
    "giai": _free("8004"),
    "gsrn": _whole("8018", 17),
    "gsrnp": _whole("8017", 17),
    "gdti": _numbered("253", text=True),
    "sgcn": _numbered("255", text=False),
    "cpi": _cpi,
    "ginc": _free("401"),
    "gsin": _whole("402", 16),
    "itip": _itip,
}
_URNS: dict[tuple[str, str], Callable[[str], str]] = {
    **{("id", scheme): convert for scheme, convert in _SINGLES.items()},
    ("class", "lgtin"): _serial("10"),
    **{
        ("idpat", scheme): _pattern(_SINGLES[scheme])
        for scheme in ("sgtin", "grai", "gdti", "sgcn", "cpi", "itip", "upui")
    },
}

# --- Digital Links ------------------------------------------------------------------

# Of each key: its shape, and how many of its first digits have a check digit.
_KEYS: dict[str, tuple[str, int]] = {
    "00": (r"[0-9]{18}", 18),
    "01": (r"[0-9]{14}|[0-9]{13}|[0-9]{12}|[0-9]{8}", 14),
    "253": (r"[0-9]{13}.{0,17}", 13),
    "255": (r"[0-9]{13}[0-9]{0,12}", 13),
    "401": (r"[0-9]{6}.{1,24}", 0),
    "402": (r"[0-9]{17}", 17),
    "414": (r"[0-9]{13}", 13),
    "417": (r"[0-9]{13}", 13),
    "8003": (r"0[0-9]{13}.{0,16}", 14),
    "8004": (r"[0-9]{4}.{1,26}", 0),
    "8006": (r"[0-9]{18}", 14),
    "8010": (r"[0-9]{6}.{1,24}", 0),
    "8017": (r"[0-9]{18}", 18),
    "8018": (r"[0-9]{18}", 18),
}
# Of each key: what makes it finer, the finest first. Others (22, 7040) are dropped.
_FINER = {
    "01": ("21", "235", "10"),
    "8006": ("21", "10"),
    "414": ("254",),
    "8010": ("8011",),
    "8017": ("8019",),
    "8018": ("8019",),
}
_OURS = ("id.gs1.org", "www.id.gs1.org")


def _from_link(uri: str) -> str:
    try:
        split = urlsplit(uri)
        host = split.hostname or ""
    except ValueError as error:
        raise ValueError("no URI") from error
    segments = [part for part in split.path.split("/") if part]
    for at, name in enumerate(segments):
        if name in _KEYS and (key := _key(segments[at:], host)):
            return f"{ROOT}/{key}"
    if host in _OURS:
        raise ValueError("no GS1 key")
    return uri


def _key(segments: list[str], host: str) -> str | None:
    """
    Return the key in these segments, or none when they are not one.

    Raise `ValueError` for a key whose digits are wrong: such a page of somebody's own
    does not look like one by accident.
    """
    ai, value = segments[0], unquote(segments[1]) if len(segments) > 1 else ""
    shape, checked = _KEYS[ai]
    if len(segments) % 2 or not re.fullmatch(shape, value):
        if host in _OURS:
            raise ValueError("no GS1 key")
        return None
    if ai == "01":
        value = value.zfill(14)
    if checked and check_digit(value[: checked - 1]) != int(value[checked - 1]):
        raise ValueError("a wrong check digit")
    pairs = dict(zip(segments[2::2], segments[3::2], strict=True))
    key = f"{ai}/{_quoted(value)}"
    for finer in _FINER.get(ai, ()):
        if finer in pairs:
            return f"{key}/{finer}/{_quoted(unquote(pairs[finer]))}"
    return key
