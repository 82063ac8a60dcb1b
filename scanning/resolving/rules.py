"""
What a link must be to be registered: GS1's rules, with a code and a sentence each.

Source: GS1-Conformant Resolver 1.2.1, sections 3 and 4; GS1's linkset schema, which is
stricter than the standard in the shapes of languages and link types.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from scanning import codes
from scanning.codes import InvalidCode, ResolverKey
from scanning.codes.prefixes import other_kind, restricted_scope
from scanning.resolving import linktypes

MAX_HREF = 2_000
MAX_TITLE = 300
HREFLANG = re.compile("[a-z]{2}(-[A-Z]{2})?")
# The characters that GS1's schema allows in the address of a link type.
LINK_TYPE = re.compile("https?://[A-Za-z0-9./_]+")
WORD = re.compile("[A-Za-z0-9][A-Za-z0-9._:#-]{0,59}")
# RFC 3986, without what would have to be encoded in a header.
ADDRESS = re.compile(r"[A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]-]+")
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1"})
MEDIA_TYPE = re.compile(r"([a-z]+)/([A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126})")
# Of these trees anybody may register a type, and thousands did.
OPEN_TREES = ("vnd.", "prs.")


class Entry(NamedTuple):
    """One link as a company gives it, nothing of it checked."""

    link_type: str = ""
    href: str = ""
    title: str = ""
    hreflang: tuple[str, ...] = ()
    media_type: str = ""
    context: tuple[str, ...] = ()
    is_default: bool = False
    is_default_multi: bool = False
    position: int = 0
    group: str = ""
    encryption_method: str = ""
    access_role: tuple[str, ...] = ()


class Breach(NamedTuple):
    """One rule that is broken: the member, a stable code, a sentence for people."""

    field: str
    code: str
    detail: str


class AnchorRefused(Exception):
    """The key cannot have links; the breach says why."""

    def __init__(self, breach: Breach) -> None:
        super().__init__(breach.code)
        self.breach = breach


def anchor_key(path: str) -> ResolverKey:
    """Return the key of an anchor's path, or raise `AnchorRefused` (R1 to R3)."""
    try:
        key = codes.resolve_path(path)
    except InvalidCode as invalid:
        raise AnchorRefused(_invalid(invalid)) from invalid
    names = [ai for ai, _value in key.qualifiers]
    if "21" in names and len(names) > 1:
        detail = _(
            "A serial number stands alone under the product: register it without lot "
            "and variant."
        )
        raise AnchorRefused(Breach("anchor", "qualifier_mixture", detail))
    if key.gtin14 and (restricted_scope(key.gtin14) or other_kind(key.gtin14)):
        detail = _("This number means no product outside of one shop.")
        raise AnchorRefused(Breach("anchor", "in_store_number", detail))
    return key


def breaches(entry: Entry, *, root: str, is_local: bool) -> Iterator[Breach]:
    """
    Yield what is wrong with one link by itself.

    `root` is our own public address; with `is_local`, targets on this machine may be
    http, for a demonstration.
    """
    yield from _title(entry)
    yield from _href(entry.href, root=root, is_local=is_local)
    yield from _link_type(entry.link_type)
    yield from _languages(entry)
    yield from _words(entry)
    yield from _default(entry)
    if entry.media_type and not _is_media_type(entry.media_type):
        detail = _("IANA knows no media type “%(type)s”; a page is text/html.")
        yield Breach(
            "media_type", "media_type_unknown", detail % {"type": entry.media_type}
        )


def _invalid(invalid: InvalidCode) -> Breach:
    if invalid.reason == "235 mixed":
        detail = _("A third party’s number (235) stands alone, without lot or serial.")
        return Breach("anchor", "qualifier_mixture", detail)
    if invalid.reason == "check_digit":
        detail = _("The check digit of this key is wrong; %(expected)s would be right.")
        detail %= {"expected": invalid.expected_check}
        return Breach("anchor", "anchor_check_digit", detail)
    detail = _(
        "This is no key of GS1. A product is /01/ and its GTIN, one of its lots "
        "/01/…/10/LOT."
    )
    return Breach("anchor", "anchor_invalid", detail)


def _title(entry: Entry) -> Iterator[Breach]:
    if not entry.title.strip():
        detail = _("A link needs a title, in the language of its page.")
        yield Breach("title", "link_title_missing", detail)
    elif len(entry.title) > MAX_TITLE or not entry.title.isprintable():
        detail = _("A title is one line of at most %(limit)s characters.")
        yield Breach("title", "link_title_malformed", detail % {"limit": MAX_TITLE})


def _href(href: str, *, root: str, is_local: bool) -> Iterator[Breach]:
    if not ADDRESS.fullmatch(href) or len(href) > MAX_HREF:
        detail = _(
            "Give the whole address, https://…, with special characters encoded; at "
            "most %(limit)s characters."
        )
        yield Breach("href", "href_malformed", detail % {"limit": MAX_HREF})
        return
    try:
        parts = urlsplit(href)
        host = parts.hostname or ""
        _port = parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if not HOST.fullmatch(host) or "%" in parts.netloc:
        yield Breach("href", "href_malformed", _("This address has no host."))
        return
    if parts.username is not None or parts.password is not None:
        detail = _("An address with a name or a password in it would be public.")
        yield Breach("href", "href_with_credentials", detail)
    # As it was written: a linkset's schema knows small letters only.
    scheme = href.partition(":")[0]
    is_here = is_local and scheme == "http" and host in LOCAL_HOSTS
    if scheme != "https" and not is_here:
        yield Breach("href", "href_not_https", _("The address must begin with https."))
    if _leads_back(href, root):
        detail = _("This address is answered by this resolver: a scan would go round.")
        yield Breach("href", "href_leads_back", detail)


def is_own(href: str, root: str) -> bool:
    """Say whether an address is on the host of `root`, by any of its local names."""
    own, there = urlsplit(root), urlsplit(href)
    names = {own.hostname}
    if own.hostname in LOCAL_HOSTS:
        names |= LOCAL_HOSTS
    return there.hostname in names and own.port == there.port


def _leads_back(href: str, root: str) -> bool:
    if not is_own(href, root):
        return False
    try:
        codes.resolve_path(urlsplit(href).path)
    except InvalidCode:
        return False
    return True


def _link_type(given: str) -> Iterator[Breach]:
    uri = linktypes.in_full(given)
    if uri in linktypes.RESERVED:
        detail = _("Give the kind of the target, and mark the link as the default.")
        yield Breach("link_type", "link_type_reserved", detail)
    elif uri.startswith(linktypes.NAMESPACE):
        if linktypes.local_name(uri) not in linktypes.known():
            detail = _("GS1 knows no kind of link “%(type)s”.") % {"type": given}
            yield Breach("link_type", "link_type_unknown", detail)
    elif twin := linktypes.twin_of(uri):
        detail = _("GS1 has a kind of link for this: use %(type)s.")
        detail %= {"type": twin.short}
        yield Breach("link_type", "foreign_link_type_duplicates_gs1", detail)
    elif not LINK_TYPE.fullmatch(uri) or len(uri) > 200:
        detail = _("A kind of link that is not GS1’s is a plain web address.")
        yield Breach("link_type", "link_type_malformed", detail)


def _languages(entry: Entry) -> Iterator[Breach]:
    for tag in entry.hreflang:
        if not HREFLANG.fullmatch(tag):
            detail = _(
                "“%(tag)s”: GS1 takes two letters, fr, or a language and a country, "
                "fr-CA."
            )
            yield Breach("hreflang", "hreflang_shape", detail % {"tag": tag})
    if len(" ".join(entry.hreflang)) > 200:
        yield Breach("hreflang", "hreflang_too_many", _("These are too many."))


def _words(entry: Entry) -> Iterator[Breach]:
    for name in ("context", "access_role"):
        words = getattr(entry, name)
        if len(" ".join(words)) > 400 or not all(map(WORD.fullmatch, words)):
            detail = _("Give short words without spaces, such as LK or BR.")
            yield Breach(name, f"{name}_malformed", detail)
    if entry.group and not WORD.fullmatch(entry.group):
        detail = _("A group is one short word without spaces.")
        yield Breach("group", "group_malformed", detail)


def _default(entry: Entry) -> Iterator[Breach]:
    if entry.is_default and (entry.hreflang or entry.media_type or entry.context):
        detail = _(
            "The default link has a title only: no language, no media type, no "
            "context. Register the page once more with them, beside the default."
        )
        yield Breach("is_default", "default_with_language", detail)
    if entry.is_default and entry.is_default_multi:
        detail = _("A link is the default of all, or of its language.")
        yield Breach("is_default_multi", "default_twice", detail)
    if entry.is_default_multi and not (
        entry.hreflang or entry.media_type or entry.context
    ):
        detail = _("Say of which language it is the default.")
        yield Breach("is_default_multi", "default_of_no_language", detail)


def _is_media_type(given: str) -> bool:
    matched = MEDIA_TYPE.fullmatch(given)
    if matched is None or matched[1] not in _media_types():
        return False
    return matched[2].lower() in _media_types()[matched[1]] or matched[2].startswith(
        OPEN_TREES
    )


@cache
def _media_types() -> dict[str, frozenset[str]]:
    """Return the subtypes of each family, an extract of IANA's registry."""
    file = Path(__file__).with_name("media_types.json")
    families: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))["families"]
    return {family: frozenset(names.split()) for family, names in families.items()}
