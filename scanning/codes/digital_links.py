"""
GS1 Digital Link URIs: reading, writing, and the keys that they name. Pure.

Source: GS1 Digital Link Standard: URI Syntax 1.7 (2026), sections 4 and 5. A path is
split first and decoded once, so that an encoded slash belongs to a lot.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from products import gtin
from scanning.codes import associations
from scanning.codes.dictionary import (
    IDENTIFIERS,
    PRIMARY_KEYS,
    QUALIFIERS,
    check_value,
    identifier_of,
)
from scanning.codes.parsed import Pair
from scanning.codes.refusals import InvalidCode

CANONICAL_STEM = "https://id.gs1.org"
SCHEME = re.compile("https?://|HTTPS?://")
LEGAL = re.compile(r"[A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]-]*")
HOST = re.compile(r"[A-Za-z0-9.:-]+")
ALL_DIGITS = re.compile("[0-9]+")
# One that separates: inside a value, a semicolon is a character like another.
SEMICOLON = re.compile(r";(?=[\w.:-]+=)", re.ASCII)
BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")

# Names that earlier versions of the standard allowed in place of digits.
ALPHAS = {
    "sscc": "00", "gtin": "01", "gdti": "253", "gcn": "255", "ginc": "401",
    "gsin": "402", "gln": "414", "payTo": "415", "party": "417", "grai": "8003",
    "giai": "8004", "itip": "8006", "cpid": "8010", "gmn": "8013", "gsrnp": "8017",
    "gsrn": "8018", "cpv": "22", "lot": "10", "ser": "21", "glnx": "254",
    "refno": "8020", "cpsn": "8011", "srin": "8019", "tpx": "235",
}  # fmt: skip

NUMERIC_KEYS = frozenset(
    ai for ai in PRIMARY_KEYS if IDENTIFIERS[ai].components[0].is_numeric
)


class Tolerance(NamedTuple):
    """What old or careless links are forgiven; nothing of it by default."""

    alphas: bool = False
    short_gtin: bool = False
    semicolons: bool = False
    trailing_slash: bool = False


STRICT = Tolerance()
TOLERANT = Tolerance(*(True,) * len(Tolerance._fields))


class Link(NamedTuple):
    """
    What a Digital Link says.

    `path` holds the primary key and its qualifiers, `attributes` what the query adds;
    both in the order in which they were written. `warnings` name what was forgiven.
    """

    path: tuple[Pair, ...]
    attributes: tuple[Pair, ...]
    warnings: tuple[str, ...] = ()

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """All identifiers and values, the path's first."""
        return self.path + self.attributes


def read(uri: str, tolerance: Tolerance = STRICT) -> Link:
    """
    Read a whole Digital Link URI, `https://…/01/…`; any host and any path before it.

    Raise `InvalidCode`: reason `no key` when it is some other address.
    """
    scheme = SCHEME.match(uri)
    if scheme is None or not LEGAL.fullmatch(uri):
        raise InvalidCode("no key", "no http address")
    host, slash, rest = uri[scheme.end() :].partition("/")
    if not slash or not HOST.fullmatch(host):
        raise InvalidCode("no key", "no host or no path")
    path, _mark, query = rest.partition("#")[0].partition("?")
    return read_path(f"/{path}", query, tolerance)


def read_path(path: str, query: str = "", tolerance: Tolerance = STRICT) -> Link:
    """Read a path, as it stands encoded in the address, and a query without its `?`."""
    warnings: list[str] = []
    segments = path.split("/")[1:]
    if tolerance.trailing_slash and len(segments) > 1 and not segments[-1]:
        segments.pop()
        warnings.append("trailing_slash")
    names = [_name(segment, tolerance) for segment in segments]
    start = _start_of_key(names, segments)
    if names[start::2] != segments[start::2]:
        warnings.append("alphas")
    values = [_decoded(segment) for segment in segments[start + 1 :: 2]]
    pairs = list(zip(names[start::2], values, strict=True))
    if tolerance.short_gtin and _is_short_gtin(*pairs[0]):
        pairs[0] = ("01", pairs[0][1].zfill(14))
        warnings.append("short_gtin")
    _check_path(pairs)
    if tolerance.semicolons and SEMICOLON.search(query):
        query = SEMICOLON.sub("&", query)
        warnings.append("semicolons")
    attributes = _attributes(query, pairs)
    return Link(tuple(pairs), tuple(attributes), tuple(warnings))


def _name(segment: str, tolerance: Tolerance) -> str:
    return ALPHAS.get(segment, segment) if tolerance.alphas else segment


def _start_of_key(names: list[str], segments: list[str]) -> int:
    """Return where the rightmost primary key stands, counted in pairs from the end."""
    for at in range(len(names) - 2, -1, -2):
        # Behind other segments, `01` may be a month: its value must look like one.
        if names[at] in PRIMARY_KEYS and (
            at == 0 or _has_its_shape(names[at], segments[at + 1])
        ):
            return at
    for at in range(len(names) - 1):
        if names[at] in NUMERIC_KEYS and _has_its_shape(names[at], segments[at + 1]):
            raise InvalidCode("odd segments", "names and values do not pair up")
    raise InvalidCode("no key", "no primary key in the path")


def _has_its_shape(key: str, segment: str) -> bool:
    """Say whether a segment has the length and characters of a key's value."""
    if key == "01":
        is_numeric = ALL_DIGITS.fullmatch(segment) is not None
        return is_numeric and len(segment) in gtin.LENGTHS
    try:
        check_value(key, _decoded(segment))
    except InvalidCode as refused:
        return refused.reason in {"check_digit", "value"}
    return True


def _is_short_gtin(ai: str, value: str) -> bool:
    return (
        ai == "01"
        and len(value) in gtin.LENGTHS[:-1]
        and ALL_DIGITS.fullmatch(value) is not None
    )


def _decoded(text: str) -> str:
    """Decode percent escapes once, as strict UTF-8."""
    if BROKEN_ESCAPE.search(text):
        raise InvalidCode("charset", f"broken escape in {text!r}")
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeError as error:
        raise InvalidCode("charset", f"{text!r} is not UTF-8") from error


def _check_path(pairs: list[Pair]) -> None:
    key, names = pairs[0][0], [ai for ai, _value in pairs[1:]]
    if len(set(names)) < len(names):
        raise InvalidCode("duplicate", "an identifier comes twice")
    if not any(_is_in_order(names, one) for one in IDENTIFIERS[key].sequences or ((),)):
        raise InvalidCode(*_why_not_qualified(key, names))
    for ai, value in pairs:
        check_value(ai, value)


def _is_in_order(names: list[str], sequence: Sequence[str]) -> bool:
    return names == [ai for ai in sequence if ai in names]


def _why_not_qualified(key: str, names: list[str]) -> tuple[str, str]:
    known = {ai for sequence in IDENTIFIERS[key].sequences for ai in sequence}
    for ai in names:
        if ai not in IDENTIFIERS:
            return "ai", f"({ai}) is no Application Identifier"
        if ai not in known:
            is_other = ai in QUALIFIERS
            reason = "qualifier of another key" if is_other else "attribute in path"
            return reason, f"({ai}) after ({key})"
    if "235" in names:
        return "235 mixed", "235 stands alone"
    return "order", "qualifiers come in another order"


def _attributes(query: str, path: list[Pair]) -> list[Pair]:
    """Return the identifiers of a query; other names, and bare words, are ignored."""
    attributes: list[Pair] = []
    seen = {ai for ai, _value in path}
    for part in query.split("&"):
        name, equals, text = part.partition("=")
        if not equals or not ALL_DIGITS.fullmatch(name):
            continue
        if name in seen:
            raise InvalidCode("duplicate", f"({name}) comes twice")
        seen.add(name)
        identifier = identifier_of(name)
        if not identifier.is_attribute:
            raise InvalidCode("qualifier in query", f"({name}) is no attribute")
        if _belongs_into_path(name, path):
            raise InvalidCode("qualifier in query", f"({name}) belongs into the path")
        value = _decoded(text.replace("+", " "))
        if _is_short_gtin(name, value):
            value = value.zfill(14)
        check_value(name, value)
        attributes.append((name, value))
    return attributes


def _belongs_into_path(ai: str, path: list[Pair]) -> bool:
    """Say whether the path could take `ai` as one more qualifier."""
    names = {name for name, _value in path[1:]} | {ai}
    return any(names <= set(sequence) for sequence in IDENTIFIERS[path[0][0]].sequences)


def split(pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
    """
    Return the path and the attributes of a link that says `pairs`.

    The first primary key leads; of its legal qualifiers those are taken that make the
    longest path. Raise `InvalidCode` without a key, or when something cannot stand in
    a query.
    """
    values = dict(pairs)
    key = next((ai for ai in values if ai in PRIMARY_KEYS), None)
    if key is None:
        raise InvalidCode("no key", "no primary key")
    choices = [
        [ai for ai in sequence if ai in values]
        for sequence in IDENTIFIERS[key].sequences
    ]
    names = [key, *max(choices, key=len, default=[])]
    rest = [(ai, value) for ai, value in values.items() if ai not in names]
    for ai, _value in rest:
        identifier = IDENTIFIERS.get(ai)
        if identifier is None or not identifier.is_attribute:
            raise InvalidCode("qualifier in query", f"({ai}) cannot stand in a query")
    return [(ai, values[ai]) for ai in names], rest


def write(pairs: Sequence[Pair], stem: str = CANONICAL_STEM) -> str:
    """
    Return the Digital Link URI of `pairs` under `stem`, such as `https://id.gs1.org`.

    Attributes of fixed length come first, each in the order given.
    """
    path, rest = split(associations.collapsed(pairs))
    rest.sort(key=lambda pair: not IDENTIFIERS[pair[0]].is_fixed)
    return stem.removesuffix("/") + write_path(path) + write_query(rest)


def write_path(pairs: Sequence[Pair]) -> str:
    """Return `/01/…/10/…`, values percent-encoded."""
    return "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in pairs)


def write_query(pairs: Sequence[Pair]) -> str:
    """Return `?17=…&3103=…`, or nothing."""
    if not pairs:
        return ""
    return "?" + "&".join(f"{ai}={quote(value, safe='')}" for ai, value in pairs)
