"""
Registering, replacing and retiring the links of an entity.

A link in force is never edited. Everything here takes one lock a company, so that rules
about several links (one default, a default at or above each level) hold when two people
register at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.models import Company
from companies.services import require_editor
from products import lookup
from products.models import Product
from scanning.codes import ResolverKey
from scanning.errors import KeyNotHeld, LinkAlreadyRetired, LinkRefused
from scanning.models import Anchor, Link
from scanning.resolving import linktypes, rules
from scanning.resolving.rules import AnchorRefused, Breach, Entry

MAX_LINKS = 500
SAME = ("link_type", "href", "hreflang", "media_type", "context")

# Who registers: a person, or the service itself when there is none.
Author = AbstractBaseUser | AnonymousUser | None


class Line(NamedTuple):
    """One link to register, and the entity it is about."""

    anchor: str
    entry: Entry
    # What the entity is, in a few words; empty: what is known, else the product's name.
    description: str = ""


class Change(NamedTuple):
    """A link to be replaced by a new version; `members` are those that change."""

    link: Link
    members: Mapping[str, Any]


def register_links(*, lines: Sequence[Line], author: Author) -> list[Link]:
    """
    Register links, all of them or none, and return them in their order.

    Refused line by line: what breaks a rule of GS1 (`LinkRefused`, whose `errors` name
    the line). Refused as a whole: a key that `author` may not speak for.
    """
    return change_links(lines=lines, author=author)


def replace_link(*, link: Link, changes: Mapping[str, Any], author: Author) -> Link:
    """
    Put a new version in the place of a link, and return it; the old one is kept.

    `changes` are members of an entry; the others stay. Raise `LinkAlreadyRetired` when
    somebody was faster.
    """
    return change_links(changes=[Change(link, changes)], author=author)[0]


def retire_link(*, link: Link, author: Author) -> None:
    """
    Take a link out of force; it stays in the history.

    Refused where it is the default that other links of the entity, or of what is below
    it, fall back to.
    """
    change_links(retired=[link], author=author)


@transaction.atomic
def restore_link(*, link: Link, author: Author) -> Link:
    """
    Make an older version current again, as a new one; what is in force is retired.

    Repeated, or asked for what is in force already, it changes nothing.
    """
    link.refresh_from_db()
    _lock([require_holder(rules.anchor_key(link.anchor.path), author)])
    if link.is_in_force:
        return link
    latest = link
    while successor := Link.objects.filter(replaces=latest).first():
        latest = successor
    if latest.is_in_force and entry_of(latest) == entry_of(link):
        return latest
    if latest.is_in_force:
        changes = entry_of(link)._asdict()
        return replace_link(link=latest, changes=changes, author=author)
    line = Line(link.anchor.path, entry_of(link))
    made = register_links(lines=[line], author=author)[0]
    made.replaces = latest
    made.save(update_fields=["replaces"])
    return made


@transaction.atomic
def change_links(
    *,
    lines: Sequence[Line] = (),
    changes: Sequence[Change] = (),
    retired: Sequence[Link] = (),
    author: Author,
) -> list[Link]:
    """
    Register, replace and retire links in one step, and return the new ones in order.

    What is asked for holds together or not at all: a default may be moved from one link
    to another. The rules about several links are looked at when all is done.
    """
    wanted = [
        *(_Wanted(_key(line.anchor, at), line) for at, line in enumerate(lines)),
        *(_changed(change) for change in changes),
    ]
    going = [*(change.link for change in changes), *retired]
    keys = {one.key.key: one.key for one in wanted}
    keys |= {link.anchor.path: rules.anchor_key(link.anchor.path) for link in going}
    companies = {path: require_holder(key, author) for path, key in keys.items()}
    _lock(companies.values())
    _refuse(
        (one.place(at), breach)
        for at, one in enumerate(wanted)
        for breach in breaches(one.line.entry)
    )
    for link in going:
        _retire(link)
    made: list[Link] = []
    errors: list[tuple[str, Breach]] = []
    anchors: dict[str, Anchor] = {}
    for at, one in enumerate(wanted):
        path = one.key.key
        if path not in anchors:
            anchors[path] = _anchor(one.key, companies[path], one.line.description)
        if breach := _breach_beside(anchors[path], one.line.entry):
            errors.append((one.place(at), breach))
        else:
            made.append(_create(anchors[path], one, author))
    _refuse(errors)
    for primary in {key.levels[-1]: key for key in keys.values()}.values():
        _refuse_without_default(primary)
    return made


class _Wanted(NamedTuple):
    """One link to be made: its key, what it is, and the version before it, if any."""

    key: ResolverKey
    line: Line
    replaces: Link | None = None

    def place(self, at: int) -> str:
        """Return where the caller finds it in what was sent."""
        return "" if self.replaces else f"links.{at}"


def _changed(change: Change) -> _Wanted:
    entry = entry_of(change.link)._replace(**change.members)
    path = change.link.anchor.path
    return _Wanted(rules.anchor_key(path), Line(path, entry), change.link)


def entry_of(link: Link) -> Entry:
    """Return a link as it would be given."""
    return Entry(
        link_type=link.link_type,
        href=link.href,
        title=link.title,
        hreflang=tuple(link.hreflang.split()),
        media_type=link.media_type,
        context=tuple(link.context.split()),
        is_default=link.is_default,
        is_default_multi=link.is_default_multi,
        position=link.position,
        group=link.group,
        encryption_method=link.encryption_method,
        access_role=tuple(link.access_role.split()),
    )


def holder_of(key: ResolverKey) -> Company | None:
    """
    Return the company that may say where a key leads, or none.

    Of a GTIN, and all below it, the company that declared the product. Of any other key
    the one to which an operator assigned it, or a level above it.
    """
    if declared := declared_by(key):
        return declared
    anchors = Anchor.objects.select_related("company").filter(path__in=key.levels)
    nearest = {anchor.path: anchor.company for anchor in anchors}
    return next((nearest[path] for path in key.levels if path in nearest), None)


def _key(path: str, at: int) -> ResolverKey:
    try:
        return rules.anchor_key(path)
    except AnchorRefused as refused:
        raise _refusal([(f"links.{at}", refused.breach)]) from refused


def declared_by(key: ResolverKey) -> Company | None:
    """Return the company that declared the product of a key, if it is one."""
    if key.gtin14 is None:
        return None
    products = Product.objects.select_related("company").filter(pk=key.gtin14)
    declared = products.first()
    return declared.company if declared else None


def require_holder(key: ResolverKey, author: Author) -> Company:
    """Return the company that holds a key; raise unless `author` may speak for it."""
    company = holder_of(key)
    if company is None:
        raise KeyNotHeld(
            _("No company here holds %(key)s.") % {"key": key.key}, key=key.key
        )
    if author is not None:
        require_editor(author, company)
    return company


def _lock(companies: Iterable[Company]) -> None:
    pks = sorted({company.pk for company in companies})
    list(Company.objects.select_for_update().filter(pk__in=pks).order_by("pk"))


def _anchor(key: ResolverKey, company: Company, description: str) -> Anchor:
    product = Product.objects.filter(pk=key.gtin14).first() if key.gtin14 else None
    named = description or (product.name if product else "")
    anchor, _is_new = Anchor.objects.get_or_create(
        path=key.key, defaults={"company": company, "item_description": named}
    )
    # A product that was sold takes its links along.
    if anchor.company_id != company.pk or description:
        anchor.company = company
        anchor.item_description = description or anchor.item_description
        anchor.save(update_fields=["company", "item_description"])
    return anchor


def _create(anchor: Anchor, wanted: _Wanted, author: Author) -> Link:
    return Link.objects.create(
        anchor=anchor,
        replaces=wanted.replaces,
        author_id=getattr(author, "pk", None),
        **_columns(wanted.line.entry),
    )


def _columns(entry: Entry) -> dict[str, Any]:
    joined = {
        name: " ".join(dict.fromkeys(getattr(entry, name)))
        for name in ("hreflang", "context", "access_role")
    }
    return {
        **entry._asdict(),
        **joined,
        "title": entry.title.strip(),
        "link_type": linktypes.in_full(entry.link_type),
    }


def _retire(link: Link) -> None:
    retired = (
        Link.objects.in_force().filter(pk=link.pk).update(retired_at=timezone.now())
    )
    if not retired:
        raise LinkAlreadyRetired(
            _("Somebody replaced or retired this link meanwhile. Look again, please.")
        )


def breaches(entry: Entry) -> Iterable[Breach]:
    """Return what is wrong with one link by itself, at this address and mode."""
    return rules.breaches(
        entry, root=settings.BASE_URL, is_local=not settings.IS_PRODUCTION
    )


def _breach_beside(anchor: Anchor, entry: Entry) -> Breach | None:
    """Return what speaks against a link beside those in force: a second one of it."""
    columns = _columns(entry)
    others = Link.objects.in_force().filter(anchor=anchor)
    if entry.is_default and others.filter(is_default=True).exists():
        detail = _("There is a default already: replace that one.")
        return Breach("is_default", "second_default", detail)
    if others.filter(**{name: columns[name] for name in SAME}).exists():
        return Breach("href", "link_duplicate", _("This link is registered already."))
    return None


def _refuse_without_default(key: ResolverKey) -> None:
    """Refuse links that nothing stands behind, at this level or at one below (R4)."""
    if key.gtin14 and lookup.exists(key.gtin14):
        return
    primary = key.levels[-1]
    in_force = Link.objects.in_force()
    if in_force.filter(is_default=True, anchor__path=primary).exists():
        return
    below = Anchor.objects.filter(path__startswith=primary)
    with_links = below.filter(pk__in=in_force.values("anchor"))
    defaults = in_force.filter(is_default=True, anchor__in=below)
    has_default = set(defaults.values_list("anchor__path", flat=True))
    for path in with_links.values_list("path", flat=True):
        if path != primary and not path.startswith(f"{primary}/"):
            continue
        if has_default.isdisjoint(rules.anchor_key(path).levels):
            detail = _(
                "%(key)s needs a default link, at its own level or at one above."
            ) % {"key": path}
            breach = Breach("is_default", "no_default_at_or_above", detail)
            raise _refusal([("", breach)])


def _refuse(found: Iterable[tuple[str, Breach]]) -> None:
    if listed := list(found):
        raise _refusal(listed)


def _refusal(found: Sequence[tuple[str, Breach]]) -> LinkRefused:
    """Return the refusal of one or several lines; its sentence is the first one's."""
    errors = [
        {
            "field": f"{at}.{breach.field}" if at else breach.field,
            "code": breach.code,
            "detail": breach.detail,
        }
        for at, breach in found
    ]
    return LinkRefused(errors[0]["detail"], errors=errors)
