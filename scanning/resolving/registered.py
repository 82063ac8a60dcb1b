"""Reading what is registered for a key: one query, however many links there are."""

from typing import Any, NamedTuple

from django.db import connection

from scanning.codes import ResolverKey
from scanning.models import Anchor, HandedOverPrefix, Link

COMPANY_PREFIX_DIGITS = range(4, 13)
# Of these keys the first digit belongs to no prefix: indicator, extension, filler.
LEADING_DIGIT = frozenset({"00", "01", "8003", "8006"})


class Registered(NamedTuple):
    """One link in force, as the resolver weighs and shows it."""

    link_type: str
    href: str
    title: str
    hreflang: tuple[str, ...] = ()
    media_type: str = ""
    context: tuple[str, ...] = ()
    is_default: bool = False
    is_default_multi: bool = False
    group: str = ""
    encryption_method: str = ""
    access_role: tuple[str, ...] = ()
    # Address and title of the version before, when it led elsewhere.
    predecessor: tuple[str, str] | None = None
    # Our own sheet: answered in place, without a redirect.
    is_sheet: bool = False


class Level(NamedTuple):
    """One entity that the key names, and its links in order."""

    path: str
    description: str
    links: tuple[Registered, ...]


class Resolver(NamedTuple):
    """Another resolver, which answers what nobody registered here."""

    root: str
    title: str


class Found(NamedTuple):
    """What is registered: levels that have links, the most granular one first."""

    levels: tuple[Level, ...]
    elsewhere: Resolver | None


def read(key: ResolverKey) -> Found:
    """Return what is registered for a key and the levels above it, in one query."""
    prefixes = _company_prefixes(*key.primary)
    with connection.cursor() as cursor:
        cursor.execute(
            _sql(len(key.levels), len(prefixes)),
            [*key.levels, key.primary[0], *prefixes],
        )
        rows = cursor.fetchall()
    resolvers = [row for row in rows if not row[0]]
    longest = max(resolvers, key=lambda row: len(row[1]), default=None)
    return Found(
        _levels(key.levels, [row for row in rows if row[0]]),
        Resolver(longest[3], longest[4]) if longest else None,
    )


def _sql(levels: int, prefixes: int) -> str:
    """
    Write the query: links of all levels, and the prefixes handed over.

    Written out: the ORM takes longer to build it than a database to answer it.
    """
    quote = connection.ops.quote_name
    anchor, link, handed_over = (
        quote(model._meta.db_table) for model in (Anchor, Link, HandedOverPrefix)
    )
    columns = ", ".join(
        f"link.{quote(column)}"
        for column in (
            *("href", "title", "link_type", "hreflang", "media_type", "context"),
            *("is_default", "is_default_multi", "group", "encryption_method"),
            *("access_role", "position", "id"),
        )
    )
    # Table names and placeholders only: every value is a parameter.
    return f"""
        SELECT 1, anchor.path, anchor.item_description, {columns},
               older.href, older.title
          FROM {anchor} anchor
          JOIN {link} link ON link.anchor_id = anchor.id AND link.retired_at IS NULL
          LEFT JOIN {link} older ON older.id = link.replaces_id
         WHERE anchor.path IN ({_marks(levels)})
        UNION ALL
        SELECT 0, other.prefix, '', other.resolver_root, other.title, '', '', '', '',
               false, false, '', '', '', 0, other.id, NULL, NULL
          FROM {handed_over} other
         WHERE other.ai = %s AND other.prefix IN ({_marks(prefixes)})
    """  # noqa: S608


def _marks(count: int) -> str:
    return ", ".join(["%s"] * count) or "NULL"


def _levels(order: tuple[str, ...], rows: list[Any]) -> tuple[Level, ...]:
    links: dict[str, list[Registered]] = {}
    descriptions: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: (row[14], row[15])):
        descriptions[row[1]] = row[2]
        links.setdefault(row[1], []).append(_link(*row[3:]))
    return tuple(
        Level(path, descriptions[path], tuple(links[path]))
        for path in order
        if path in links
    )


def _link(
    href: str, title: str, link_type: str, hreflang: str, media_type: str, *rest: Any
) -> Registered:
    context, is_default, is_multi, group, encryption, roles, *others = rest
    _position, _identifier, older_href, older_title = others
    return Registered(
        link_type=link_type,
        href=href,
        title=title,
        hreflang=tuple(hreflang.split()),
        media_type=media_type,
        context=tuple(context.split()),
        is_default=bool(is_default),
        is_default_multi=bool(is_multi),
        group=group,
        encryption_method=encryption,
        access_role=tuple(roles.split()),
        predecessor=(older_href, older_title)
        if older_href and older_href != href
        else None,
    )


def _company_prefixes(ai: str, value: str) -> list[str]:
    """Return every company prefix that the value may begin with."""
    digits = value[1:] if ai in LEADING_DIGIT else value
    return [
        digits[:length]
        for length in COMPANY_PREFIX_DIGITS
        if len(digits) > length and digits[:length].isascii()
    ]
