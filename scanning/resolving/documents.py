"""
The documents of the resolver: linkset (RFC 9264), its JSON-LD form, the description.

GS1's schema takes only href, title, hreflang, type and context of a link. What UNTP
adds (versions, restricted targets, groups, another resolver) is in the JSON-LD only.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from scanning.resolving import linktypes
from scanning.resolving.registered import Level, Registered, Resolver

LINKSET = "application/linkset+json"
JSON_LD = "application/ld+json"
JSON = "application/json"
HTML = "text/html"
CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"
UNTP = "https://vocabulary.uncefact.org/untp/linkType#"
UNTP_RESOLVER = "untp:idr"
PREDECESSOR = "predecessor-version"
CONTEXT_LINK = (
    f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="{JSON_LD}"'
)

Document = dict[str, Any]


class Linkset(NamedTuple):
    """What a linkset is written from; `root` is our public address."""

    root: str
    levels: Sequence[Level]
    elsewhere: Resolver | None = None
    # The canonical path that was asked for, which another resolver may know better.
    asked: str = ""


def linkset(of: Linkset) -> Document:
    """Return the linkset: an anchor for each registered level, the finest one first."""
    return {"linkset": [_entity(of, level, _plain) for level in of.levels]}


def json_ld(of: Linkset) -> Document:
    """Return the linkset as JSON-LD, with what GS1's schema has no place for."""
    entities = []
    for level in of.levels:
        entity = _entity(of, level, _rich)
        if older := [_older(link) for link in level.links if link.predecessor]:
            entity[PREDECESSOR] = older
        entities.append(entity)
    if of.elsewhere and entities:
        entities[0][UNTP_RESOLVER] = [
            {**_elsewhere(of, of.elsewhere), "type": LINKSET, "rel": ["linkset"]}
        ]
    return {"@context": [CONTEXT, {"untp": UNTP}], "linkset": entities}


def alternatives(of: Linkset, links: Iterable[Registered]) -> Document:
    """Return the links among which a reader must choose, as a linkset."""
    level = of.levels[0]._replace(links=tuple(links))
    return linkset(of._replace(levels=[level], elsewhere=None))


def description(root: str) -> Document:
    """Return the file by which a resolver says what it resolves."""
    return {
        "resolverRoot": root,
        "name": "Flashsésame",
        "supportedPrimaryKeys": ["all"],
        "supportedLinkType": [
            {"namespace": linktypes.NAMESPACE, "prefix": linktypes.PREFIX}
        ],
        "linkTypeDefaultCanBeLinkset": False,
        "jsonLdContextLocation": CONTEXT,
    }


def link_header(anchor: str) -> str:
    """Return the header that says where the linkset of an anchor is."""
    return f'<{anchor}?linkType=linkset>; rel="linkset"; type="{LINKSET}"'


def _entity(of: Linkset, level: Level, write: Any) -> Document:
    entity: Document = {
        "anchor": f"{of.root}{level.path}",
        "itemDescription": level.description or level.path,
    }
    for link in level.links:
        if link.is_default:
            entity[linktypes.DEFAULT] = [{"href": link.href, "title": link.title}]
    if multi := [write(link) for link in level.links if link.is_default_multi]:
        entity[linktypes.DEFAULT_MULTI] = multi
    for link in level.links:
        entity.setdefault(link.link_type, []).append(write(link))
    if of.elsewhere and level is of.levels[0]:
        entity[linktypes.HANDLED_BY] = [_elsewhere(of, of.elsewhere)]
    return entity


def _elsewhere(of: Linkset, resolver: Resolver) -> Document:
    return {"href": f"{resolver.root}{of.asked}", "title": resolver.title}


def _plain(link: Registered) -> Document:
    return dict(_members(link))


def _members(link: Registered) -> Iterator[tuple[str, Any]]:
    yield "href", link.href
    yield "title", link.title
    if link.hreflang:
        yield "hreflang", list(link.hreflang)
    if link.media_type:
        yield "type", link.media_type
    if link.context:
        yield "context", list(link.context)


def _rich(link: Registered) -> Document:
    document = _plain(link)
    if link.encryption_method:
        document["encryptionMethod"] = link.encryption_method
    if link.access_role:
        document["accessRole"] = list(link.access_role)
    if link.group:
        document["group"] = link.group
    return document


def _older(link: Registered) -> Document:
    assert link.predecessor is not None
    href, title = link.predecessor
    return {**_rich(link), "href": href, "title": title, "rel": [link.link_type]}
