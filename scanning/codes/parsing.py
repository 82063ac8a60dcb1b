"""
From what a scanner read to the key of what it names. Pure.

Sources: GS1 General Specifications and GS1 Digital Link URI Syntax 1.7. The strict
rules are in the modules beside this one; here is the shell around them that forgives
what readers, printers and people do, says so, and never guesses another product.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from products import gtin
from scanning.codes import (
    associations,
    digital_links,
    element_strings,
    epc,
    prefixes,
    symbologies,
)
from scanning.codes import stores as shops
from scanning.codes.bare_digits import from_digits, other_than_product
from scanning.codes.dictionary import IDENTIFIERS
from scanning.codes.digital_links import TOLERANT
from scanning.codes.parsed import NOTHING, Pair, Parsed
from scanning.codes.refusals import InvalidCode
from scanning.codes.stores import Store

MAX_CHARACTERS = 2_048
# What surrounds a code and is no part of it; U+001D, a space to Python, is one.
OUTER = (
    "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\0 \t\r\n\v\f\x85\xa0\u1680\u2000\u2001"
    "\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
# Spaces and hyphens that people type, and keyboards make of them, between digits.
BETWEEN = str.maketrans("", "", " -\u00a0\u2007\u2009\u202f\u2010\u2011\u2012\u2013")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
SEPARATORS = re.compile("\u241d|<GS>|\\{GS\\}|\x1d")
STARTS_WITH_AI = re.compile("[0-9]{2}")
LEADS_BRACKETED = re.compile(r"\([0-9]{2,4}\)")
NO_SCHEME = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?/[^\s]+")
EPC_PATH = re.compile(r"(.*)/e(?P<form>[hx])(?P<data>[^/?#]*)/?")
# Symbologies of bare digits by identifier; ]E0 is an EAN-13 or a UPC-A made long.
DIGITS_AFTER = {"]E0": "ean13", "]E4": "ean8"}
ITF_AFTER = frozenset({"]I0", "]I1"})
ADD_ON = re.compile("(?P<digits>[0-9]{13}) ?(?P<add_on>[0-9]{2}|[0-9]{5})")


def parse(
    raw: str,
    format: str | None = None,
    symbology_identifier: str | None = None,
    store: Store | None = None,
) -> Parsed:
    """
    Say what `raw` text is.

    `format` is the decoder's name of the symbology, such as `ean_13` or `upc_e`,
    in any spelling; `symbology_identifier` the reader's, such as `]C1`, where it does
    not lead the text. In-store numbers are read by the rules of `store`. Never raises:
    what cannot be used comes back as `text`, `empty` or `invalid` with its reason.
    """
    text = raw.strip(OUTER)
    if not text:
        return Parsed("empty", raw)
    try:
        parsed = _parsed(text, raw, format, symbology_identifier, store)
    except InvalidCode as refused:
        return Parsed(
            "invalid",
            raw,
            reason=refused.reason,
            expected_check=refused.expected_check,
        )
    return _in_store(parsed, store)


def _parsed(
    text: str,
    raw: str,
    code_format: str | None,
    beside: str | None,
    store: Store | None,
) -> Parsed:
    if len(raw) > MAX_CHARACTERS:
        raise InvalidCode("length", "too many characters")
    if LONE_SURROGATE.search(text):
        raise InvalidCode("charset", "half of a character")
    identifier, rest = symbologies.take_off(text)
    if identifier is None and beside:
        identifier, _nothing = symbologies.take_off(beside)
    if identifier:
        return _after_identifier(identifier, rest, raw, store)
    return _plain(text, raw, _folded(code_format), store)


def _folded(code_format: str | None) -> str:
    folded = re.sub("[^a-z0-9]", "", (code_format or "").lower())
    return {"itf14": "itf", "ean": "ean13", "upc": "upca"}.get(folded, folded)


def _after_identifier(
    identifier: str, rest: str, raw: str, store: Store | None
) -> Parsed:
    if identifier in symbologies.ELEMENT_STRINGS:
        data = symbologies.joined(rest)
        return _from_pairs(element_strings.read(_begun(data)), raw)
    if identifier in symbologies.PLAIN:
        return _plain(rest, raw, "", store) if rest else Parsed("empty", raw)
    if identifier in DIGITS_AFTER:
        return _with_composite(identifier, rest, raw)
    if identifier == "]E3":
        return _without_add_on(rest, raw)
    if identifier in ITF_AFTER:
        return _plain(rest, raw, "itf", store)
    return Parsed("text", raw)


def _begun(data: str) -> str:
    """Return an element string without a leading separator that a reader left in."""
    return data.removeprefix(element_strings.FNC1)


def _with_composite(identifier: str, rest: str, raw: str) -> Parsed:
    """Read the digits of bars, and the element string in a code printed above them."""
    digits, composite = symbologies.split_retail(identifier, rest)
    parsed = from_digits(digits, raw, DIGITS_AFTER[identifier], None)
    if composite is None:
        return parsed
    pairs = element_strings.read(composite)
    if parsed.gtin14 is None:
        return parsed._replace(ais=tuple(pairs))
    whole = _from_pairs([("01", parsed.gtin14), *pairs], raw)
    return parsed._replace(
        key=whole.key, digital_link=whole.digital_link, ais=tuple(pairs)
    )


def _without_add_on(rest: str, raw: str) -> Parsed:
    match = ADD_ON.fullmatch(rest)
    if match is None:
        raise InvalidCode("length", "13 digits and an add-on are expected")
    parsed = from_digits(match["digits"], raw, "ean13", None)
    return parsed._replace(details={**parsed.details, "add_on": match["add_on"]})


def _plain(text: str, raw: str, code_format: str, store: Store | None) -> Parsed:
    if digital_links.SCHEME.match(text) or text.startswith("/"):
        return _from_link(text, raw)
    if SEPARATORS.search(text) or text.startswith("^"):
        return _from_separated(text, raw)
    if LEADS_BRACKETED.match(text):
        return _from_bracketed(text, raw)
    digits = text.translate(BETWEEN)
    if digits.isdecimal():
        # Full-width digits come from some keyboards. `²` is no decimal digit.
        digits = "".join(str(unicodedata.decimal(one)) for one in digits)
        if len(digits) in gtin.LENGTHS:
            if code_format == "itf" and len(digits) != 14:
                # Any part of an ITF is an ITF, and may end in a right check digit.
                return Parsed("text", raw)
            return from_digits(digits, raw, code_format, store)
        return _from_bare(digits, raw)
    bare = _from_bare(text, raw)
    if bare.kind == "text" and NO_SCHEME.fullmatch(text):
        return _from_link(f"https://{text}", raw, "missing_scheme")
    return bare


def _from_bare(text: str, raw: str) -> Parsed:
    """Take an element string without any sign of it, if all of it makes sense."""
    if text.startswith(("00", "01")):
        try:
            return _from_pairs(element_strings.read(text), raw, "no_separator")
        except InvalidCode:
            return Parsed("text", raw)
    return Parsed("text", raw)


def _from_separated(text: str, raw: str) -> Parsed:
    """Read an element string whose FNC1 arrived as one of the usual stand-ins."""
    is_caret = text.startswith("^")
    data = SEPARATORS.sub("\x1d", text.replace("^", "\x1d") if is_caret else text)
    if not STARTS_WITH_AI.match(data.lstrip("\x1d")):
        return Parsed("text", raw)
    warnings = () if "\x1d" in text and not is_caret else ("separator",)
    return _from_pairs(element_strings.read(_begun(data)), raw, *warnings)


def _from_bracketed(text: str, raw: str) -> Parsed:
    closed_up = re.sub(r"\s+(?=\()|(?<=\))\s+", "", text)
    warnings = () if closed_up == text else ("spaces",)
    return _from_pairs(element_strings.read_bracketed(closed_up), raw, *warnings)


def _in_store(parsed: Parsed, store: Store | None) -> Parsed:
    """Add what an in-store number means inside the shop where it was read."""
    number = parsed.details.get("number")
    if store is None or parsed.kind != "rcn" or not isinstance(number, str):
        return parsed
    digits = number[6:] if number.startswith(prefixes.SHORT) else number[1:]
    return parsed._replace(details={**parsed.details, **shops.read(digits, store)})


def _from_link(text: str, raw: str, *warnings: str) -> Parsed:
    """Read a Digital Link, or leave any other address alone as text."""
    try:
        if text.startswith("/"):
            path, _mark, query = text.partition("#")[0].partition("?")
            link = digital_links.read_path(path, query, TOLERANT)
            warnings += ("missing_host",)
        else:
            link = digital_links.read(_escaped(text), TOLERANT)
    except InvalidCode as refused:
        if refused.reason == "no key":
            return _from_other_address(text, raw)
        raise
    associations.check_exclusions(link.pairs)
    return _keyed("dl", link.path, link.attributes, raw, warnings + link.warnings)


def _from_other_address(text: str, raw: str) -> Parsed:
    """Read the radio tag that an address may end with."""
    match = EPC_PATH.fullmatch(text.partition("?")[0])
    if match is None:
        return Parsed("text", raw)
    reader = epc.read_hex if match["form"] == "h" else epc.read_base64url
    try:
        pairs = reader(match["data"])
    except InvalidCode:
        if text.startswith("/"):
            raise
        return Parsed("text", raw)
    return _keyed("dl", pairs, (), raw, ("epc_binary",))


def _escaped(text: str) -> str:
    """Percent-encode what is not ASCII, so that it is refused where it stands."""
    if text.isascii():
        return text
    return re.sub(
        "[^\x00-\x7f]",
        lambda one: "".join(f"%{byte:02X}" for byte in one[0].encode()),
        text,
    )


def _from_pairs(pairs: Sequence[Pair], raw: str, *warnings: str) -> Parsed:
    """Say what an element string names."""
    associations.check(pairs)
    pairs = associations.collapsed(pairs)
    values = dict(pairs)
    if "00" in values:
        return _logistic_unit(pairs, values, raw, warnings)
    try:
        path, attributes = _path_first(pairs)
    except InvalidCode:
        # Something without a key of its own, such as internal data alone.
        return Parsed("gs1", raw, ais=tuple(pairs), warnings=warnings)
    parsed = _keyed("gs1", path, attributes, raw, warnings)
    return parsed._replace(ais=tuple(pairs))


def _path_first(pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Return key and qualifiers, and the rest; what names a product leads."""
    values = dict(pairs)
    key = next((ai for ai in ("01", "8006") if ai in values), None)
    if key is None:
        return digital_links.split(pairs)
    order: tuple[str, ...] = ("22", "10", "21")
    if key == "01" and "235" in values:
        order = ("235",)
    names = [key, *(ai for ai in order if ai in values)]
    path = [(ai, values[ai]) for ai in names]
    return path, [pair for pair in pairs if pair[0] not in names]


def _logistic_unit(
    pairs: Sequence[Pair],
    values: Mapping[str, str],
    raw: str,
    warnings: tuple[str, ...],
) -> Parsed:
    details: dict[str, str | bool] = {"sscc": values["00"]}
    if "02" in values:
        details |= {"content_gtin": values["02"], "content_count": values["37"]}
    path = [("00", values["00"])]
    key = digital_links.write_path(path)
    return Parsed(
        "sscc",
        raw,
        key=key,
        ais=tuple(pairs),
        digital_link=digital_links.CANONICAL_STEM + key,
        warnings=warnings,
        details=details,
    )


def _keyed(
    kind: str,
    path: Sequence[Pair],
    attributes: Sequence[Pair],
    raw: str,
    warnings: tuple[str, ...],
) -> Parsed:
    """Return what a key and its attributes name, in canonical form."""
    key = digital_links.write_path(path)
    sayable = [pair for pair in attributes if _is_sayable(pair[0])]
    query = digital_links.write_query(sorted(sayable))
    parsed = Parsed(
        kind,
        raw,
        key=key,
        ais=(*path, *attributes),
        digital_link=digital_links.CANONICAL_STEM + key + query,
        warnings=warnings,
    )
    primary, value = path[0]
    if primary == "00":
        return parsed._replace(details={"sscc": value})
    if primary not in {"01", "8006"}:
        return parsed
    gtin14 = value[:14]
    if other := other_than_product(parsed, gtin14):
        return other._replace(key=None, digital_link=None)
    return parsed._replace(gtin14=gtin14, details=prefixes.details(gtin14) or NOTHING)


def _is_sayable(ai: str) -> bool:
    identifier = IDENTIFIERS.get(ai)
    return identifier is not None and identifier.is_attribute
