"""
Recalls and safety notices: issued, corrected, withdrawn.

Each is on the sheet with the transaction that records it. Whoever scanned the product
before is told by what comes after scans; no company learns who that was.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.acts import note_act
from companies.models import ApiKey, Company, Scope
from companies.services import require_editor
from products import batches, publishing
from products.errors import (
    NoticeIsOver,
    NoticeOfAuthority,
    NoticeReferenceUsed,
    NoticeRefused,
    NoticeUnknown,
    ProductNotYours,
)
from products.models import LANGUAGES, Notice, NoticeKind, Product, Sheet

LONGEST_TEXT = 1_000
# What makes a version: a resent notice is compared in these.
CONTENT = (
    "kind",
    "authority",
    "reference",
    "url",
    "text",
    "what_to_do",
    "batches",
    "published_at",
)
_https = URLValidator(schemes=["https"])

logger = structlog.get_logger(__name__)


class Content(NamedTuple):
    """What a notice says. Texts are by language; no batches means every unit."""

    kind: str
    authority: str
    reference: str
    published_at: datetime
    text: Mapping[str, str]
    what_to_do: Mapping[str, str]
    batches: list[dict[str, str]]
    url: str = ""


class Issuer(NamedTuple):
    """Who says so: a person, or a company's program by its key."""

    author: User | None = None
    key: ApiKey | None = None


class Issued(NamedTuple):
    """A notice, and whether this call made it."""

    notice: Notice
    is_new: bool


@transaction.atomic
def issue_notice(*, product: Product, content: Content, by: Issuer) -> Issued:
    """
    Record a notice and publish the sheet with it, with whatever else waits to be.

    The reference names it: the same again is answered with what holds of it, something
    else under the same reference is refused with `NoticeReferenceUsed`.
    """
    product = _held(product, by)
    said = _cleaned(content)
    first = Notice.objects.filter(
        product=product, reference=said["reference"], version=1
    ).first()
    if first is not None:
        if any(getattr(first, name) != said[name] for name in CONTENT):
            text = _("A notice with the reference %(reference)s says something else.")
            raise NoticeReferenceUsed(
                text % {"reference": first.reference}, id=str(first.number)
            )
        current = Notice.objects.current().get(number=first.number)
        return Issued(current, is_new=False)
    notice = _record(product, by, **said)
    _settle(product, notice, by, "notice.issued")
    return Issued(notice, is_new=True)


@transaction.atomic
def correct_notice(
    *, number: uuid.UUID, content: Content, by: Issuer, reason: str = ""
) -> Issued:
    """
    Record the next version of a notice; its reference stays. The same adds nothing.

    One that was withdrawn stays so: a new danger has a reference of its own.
    """
    product, last = _last(number, by)
    said = _cleaned(content._replace(reference=last.reference))
    if last.is_withdrawn:
        raise NoticeIsOver(
            _("This notice was withdrawn. Issue a new one, with its own reference.")
        )
    if all(getattr(last, name) == said[name] for name in CONTENT):
        return Issued(last, is_new=False)
    notice = _record(
        product,
        by,
        **said,
        number=number,
        version=last.version + 1,
        reason=_line("reason", reason, 300, required=False),
    )
    _settle(product, notice, by, "notice.corrected")
    return Issued(notice, is_new=True)


@transaction.atomic
def withdraw_notice(*, number: uuid.UUID, reason: str, by: Issuer) -> Issued:
    """Record that a notice does not apply any more, and why. Again changes nothing."""
    product, last = _last(number, by)
    if last.is_withdrawn:
        return Issued(last, is_new=False)
    said = {name: getattr(last, name) for name in CONTENT}
    notice = _record(
        product,
        by,
        **said,
        number=number,
        version=last.version + 1,
        is_withdrawn=True,
        reason=_line("reason", reason, 300),
    )
    _settle(product, notice, by, "notice.withdrawn")
    return Issued(notice, is_new=True)


def _held(product: Product, by: Issuer) -> Product:
    """Return the product, ours until the end of the transaction, or refuse."""
    held = (
        Product.objects.select_for_update(of=("self",))
        .select_related("company")
        .get(pk=product.pk)
    )
    if by.key is None:
        if by.author is None:
            raise TypeError("a notice is issued by a person or by a key")
        require_editor(by.author, held.company)
    elif held.company_id != by.key.company_id or Scope.PRODUCTS not in by.key.scopes:
        raise ProductNotYours(
            _("Your company has declared no product with this number.")
        )
    return held


def _last(number: uuid.UUID, by: Issuer) -> tuple[Product, Notice]:
    """Return the product and the last version, which nobody changes meanwhile."""
    first = (
        Notice.objects.filter(number=number, version=1)
        .select_related("product")
        .first()
    )
    if first is None:
        raise NoticeUnknown(_("There is no such notice."))
    try:
        product = _held(first.product, by)
    except ProductNotYours as refused:
        raise NoticeUnknown(_("There is no such notice.")) from refused
    last = Notice.objects.current().get(number=number)
    if last.company_id is None and _company(by, product) is not None:
        raise NoticeOfAuthority(
            _("The operator of this service issued this notice, and alone changes it.")
        )
    return product, last


def _company(by: Issuer, product: Product) -> Company | None:
    """Return in whose name it is said: an operator speaks for no company."""
    is_operator = by.author is not None and by.author.is_superuser
    return None if by.key is None and is_operator else product.company


def _record(product: Product, by: Issuer, **columns: Any) -> Notice:
    return Notice.objects.create(
        product=product,
        company=_company(by, product),
        author=by.author,
        api_key=by.key,
        **columns,
    )


def _settle(product: Product, notice: Notice, by: Issuer, kind: str) -> None:
    note_act(
        company=product.company,
        actor=by.author,
        kind=kind,
        subject=f"{product.gtin} · {notice.reference}",
        subject_id=notice.number,
    )
    _publish(product, by.author)


def _publish(product: Product, author: User | None) -> None:
    """
    Publish the sheet; a draft that readers do not see yet stays one.

    A sheet that cannot be composed must not hold up a recall: it is due, and tried
    again until it can.
    """
    if not Sheet.objects.filter(product=product).exists():
        return
    try:
        with transaction.atomic():
            publishing.publish_product(product.pk, author=author)
    except Exception:
        logger.exception("notice.not_published", gtin=product.pk)
        Product.objects.filter(pk=product.pk).update(publication_due_at=timezone.now())


def _cleaned(content: Content) -> dict[str, Any]:
    """Return the columns, or say which field cannot be so, and why."""
    if content.kind not in NoticeKind.values:
        raise _refused("kind", "unknown_kind", _("This is no kind of notice."))
    if content.published_at > timezone.now():
        raise _refused(
            "published_at",
            "in_future",
            _("A notice is recorded once it is announced: this date is in the future."),
        )
    is_recall = content.kind == NoticeKind.RECALL
    return {
        "kind": content.kind,
        "authority": _line("authority", content.authority, 120),
        "reference": _line("reference", content.reference, 60),
        "url": _address(content.url),
        "text": _texts("text", content.text),
        "what_to_do": _texts("what_to_do", content.what_to_do, required=is_recall),
        "batches": _units(content.batches),
        "published_at": content.published_at,
    }


def _line(field: str, text: str, longest: int, *, required: bool = True) -> str:
    line = " ".join(text.replace("\0", "").split())
    # A reference of invisible signs names nothing that anybody could look up.
    if required and not any(mark.isalnum() for mark in line):
        raise _refused(field, "missing", _("Nothing is said here."))
    if len(line) > longest:
        limit = _("At most %(n)s characters.") % {"n": longest}
        raise _refused(field, "too_long", limit)
    return line


def _texts(
    field: str, texts: Mapping[str, str], *, required: bool = True
) -> dict[str, str]:
    if strange := sorted(set(texts) - set(LANGUAGES)):
        raise _refused(
            field,
            "unknown_language",
            _("Texts are in these languages: %s.") % ", ".join(LANGUAGES),
            given=strange[0][:40],
        )
    said = {
        language: _line(field, text, LONGEST_TEXT, required=False)
        for language, text in texts.items()
    }
    kept = {language: text for language, text in said.items() if text}
    if required and not kept:
        raise _refused(field, "missing", _("Nothing is said here."))
    return kept


def _address(url: str) -> str:
    address = url.strip()
    if not address:
        return ""
    try:
        _https(address)
    except ValidationError as error:
        text = _("An address begins with https:// and leads somewhere.")
        raise _refused("url", "not_a_url", text) from error
    if len(address) > 500:
        limit = _("At most %(n)s characters.") % {"n": 500}
        raise _refused("url", "too_long", limit)
    return address


def _units(given: list[dict[str, str]]) -> list[dict[str, str]]:
    try:
        return batches.clean(given)
    except batches.BatchRefused as refused:
        raise _refused(
            "batches", refused.reason, _why(refused), given=refused.given
        ) from refused


def _why(refused: batches.BatchRefused) -> str:
    values = {"given": refused.given, "n": batches.MOST}
    match refused.reason:
        case "too_many":
            return _("At most %(n)s lots: use a range, or name none.") % values
        case "not_a_number":
            return (
                _(
                    "“%(given)s”: a lot or a serial number has 1 to 20 letters without "
                    "accents, digits or signs."
                )
                % values
            )
        case "not_a_range":
            return (
                _(
                    "“%(given)s”: the ends of a range have the same length and differ "
                    "only in their last digits, such as L0100 and L0199."
                )
                % values
            )
        case "range_reversed":
            return _("“%(given)s”: this range ends before it begins.") % values
        case _:
            return _("Units are named by lot, by a range of lots, or by serial number.")


def _refused(field: str, reason: str, text: str, **more: Any) -> NoticeRefused:
    return NoticeRefused(text, field=field, reason=reason, **more)
