"""
Publishing: a sheet is composed once and kept as the bytes that are served.

A leaf module, used by the services and by the task that works through what is due.
"""

import hashlib
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import override

from common import canonical
from companies.assessing import Portrait, portray
from companies.credentials import holding
from products import (
    comparables,
    composing,
    compressing,
    entering,
    identity,
    live,
    search_index,
)
from products.links import surrogate_keys
from products.models import LANGUAGES, Product, Sheet

# How long a run lasts: far below the limit of a task.
WORK_SECONDS = 4.0
# In one transaction: on SQLite others wait to write meanwhile.
AT_ONCE = 40
# Of the entry of a revision: what the next one's entry says of it.
_ENTRY = ("entry__subject", "entry__version", "entry__leaf_hash")

logger = structlog.get_logger(__name__)


class Published(NamedTuple):
    """What a publication did: the current revision, and whether it is new."""

    revision: int
    is_new: bool


def publish_product(gtin: str, *, author: User | None = None) -> Published:
    """
    Insert the next revision of a product's sheet, in every language.

    Nothing is inserted when the content is what the last revision says already.
    """
    return publish_products([gtin], author=author)[gtin]


def publish_due() -> bool:
    """
    Publish what waits for it for some seconds; say whether something still waits.

    One that cannot be composed goes to the end of the line, and holds up nobody. Those
    of a company that must be identified first wait until it is.
    """
    began, until = timezone.now(), time.monotonic() + WORK_SECONDS
    waiting = Product.objects.due().filter(publication_due_at__lte=began)
    if settings.REQUIRE_IDENTITY:
        waiting = waiting.exclude(company__in=holding.unidentified())
    while gtins := list(waiting.values_list("pk", flat=True)[:AT_ONCE]):
        try:
            publish_products(gtins)
        except Exception:
            _publish_one_by_one(gtins)
        if time.monotonic() >= until:
            return waiting.exists()
    return False


def _publish_one_by_one(gtins: Sequence[str]) -> None:
    for gtin in gtins:
        try:
            publish_product(gtin)
        except Exception:
            logger.exception("product.not_published", gtin=gtin)
            Product.objects.filter(pk=gtin).update(publication_due_at=timezone.now())


@transaction.atomic
def publish_products(
    gtins: Sequence[str], *, author: User | None = None
) -> dict[str, Published]:
    """
    Publish several products in one transaction and a fixed number of queries.

    All of them or none: whoever composes many finds the one that cannot be composed by
    publishing them one by one.
    """
    # The lock makes revision numbers gapless when two editors publish at once; in one
    # order, so that two who publish the same products never wait for each other.
    products = list(
        Product.objects.select_for_update(of=("self",))
        .select_related("company", "family")
        .filter(pk__in=gtins)
        .order_by("pk")
    )
    if missing := set(gtins) - {product.pk for product in products}:
        raise Product.DoesNotExist(f"no product {min(missing)}")
    now = timezone.now()
    drafts = composing.gather_all(products, on=timezone.localdate(now))
    last = _last_revisions(gtins)
    companies = _Companies(products, timezone.localdate(now))
    sheets: list[Sheet] = []
    done, composed = {}, {}
    for product, draft in zip(products, drafts, strict=True):
        contents = composed[product.pk] = {
            language: composing.compose(
                product,
                draft,
                language=language,
                company=companies.section(product, language),
            )
            for language in LANGUAGES
        }
        done[product.pk] = _next(product, contents, last, now, author, sheets)
    Product.objects.filter(pk__in=gtins, publication_due_at__isnull=False).update(
        publication_due_at=None
    )
    identity.note_published(products, drafts, sheets)
    comparables.note_published(products, drafts, companies.known)
    earlier = [last.get((sheet.product_id, sheet.language)) for sheet in sheets]
    entering.record(entering.SHEETS, sheets, before=earlier)
    live.note_changes({sheet.product_id for sheet in sheets})
    new = {gtin: one.revision for gtin, one in done.items() if one.is_new}
    search_index.index({gtin: composed[gtin] for gtin in new}, new)
    return done


def _last_revisions(gtins: Sequence[str]) -> dict[tuple[str, str], Sheet]:
    """Return the current revision of each product, by language, with its entry."""
    later = Sheet.objects.filter(
        product=OuterRef("product"),
        language=OuterRef("language"),
        revision__gt=OuterRef("revision"),
    )
    rows = (
        Sheet.objects.filter(~Exists(later), product__in=gtins)
        .order_by()
        .select_related("entry")
        .only("product", "language", "revision", "content_digest", *_ENTRY)
    )
    return {(row.product_id, row.language): row for row in rows}


class _Companies:
    """The company's section of each product: composed once for each company."""

    def __init__(self, products: Sequence[Product], on: date) -> None:
        self.on = on
        keys = {product.company_id for product in products} - {None}
        self.portraits: dict[Any, Portrait] = dict(
            portray([key for key in keys if key], on=on)
        )
        self.known: dict[tuple[Any, str], dict[str, Any]] = {}

    def section(self, product: Product, language: str) -> dict[str, Any]:
        key = (product.company_id, language)
        if key not in self.known:
            portrait = (
                self.portraits[product.company_id] if product.company_id else None
            )
            with override(language):
                self.known[key] = composing.company_of(
                    product, language=language, on=self.on, portrait=portrait
                )
        return self.known[key]


def _next(
    product: Product,
    contents: dict[str, dict[str, Any]],
    last: Mapping[tuple[str, str], Sheet],
    now: datetime,
    author: User | None,
    sheets: list[Sheet],
) -> Published:
    """Add the next revision to `sheets`, unless the last one says the same."""
    digests = {
        language: hashlib.sha256(canonical.dumps(content)).digest()
        for language, content in contents.items()
    }
    known = {language: last.get((product.pk, language)) for language in contents}
    revision = max((one.revision for one in known.values() if one), default=0)
    if revision and all(
        one is not None and bytes(one.content_digest) == digests[language]
        for language, one in known.items()
    ):
        return Published(revision, is_new=False)
    revision += 1
    for language, content in contents.items():
        body = canonical.dumps(
            composing.envelope(content, revision=revision, published_at=now)
        )
        salt = secrets.token_bytes(32)
        sheets.append(
            Sheet(
                product=product,
                language=language,
                revision=revision,
                body=body,
                etag=hashlib.sha256(body).hexdigest()[:32],
                content_digest=digests[language],
                **compressing.forms(body)._asdict(),
                surrogate_keys=surrogate_keys(product.pk, product.company_id),
                salt=salt,
                digest=hashlib.sha256(salt + body).digest(),
                published_at=now,
                published_by=author,
            )
        )
    return Published(revision, is_new=True)
