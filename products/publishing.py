"""
Publishing: a sheet is composed once and kept as the bytes that are served.

A leaf module, used by the services and by the task that works through what is due.
"""

import hashlib
import secrets
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from common import canonical
from products import composing
from products.models import LANGUAGES, Product, Sheet


class Published(NamedTuple):
    """What a publication did: the current revision, and whether it is new."""

    revision: int
    is_new: bool


@transaction.atomic
def publish_product(gtin: str, *, author: User | None = None) -> Published:
    """
    Insert the next revision of a product's sheet, in every language.

    Nothing is inserted when the content is what the last revision says already.
    """
    # The lock makes revision numbers gapless when two editors publish at once.
    product = (
        Product.objects.select_for_update(of=("self",))
        .select_related("company", "family")
        .get(pk=gtin)
    )
    now = timezone.now()
    draft = composing.gather(product, on=timezone.localdate(now))
    contents = {
        language: composing.compose(product, draft, language=language)
        for language in LANGUAGES
    }
    digests = {
        language: hashlib.sha256(canonical.dumps(content)).digest()
        for language, content in contents.items()
    }
    last = {
        sheet.language: sheet
        for language in LANGUAGES
        for sheet in Sheet.objects.of_gtin(gtin, language).defer("body")[:1]
    }
    revision = max((sheet.revision for sheet in last.values()), default=0)
    if product.publication_due_at is not None:
        Product.objects.filter(pk=gtin).update(publication_due_at=None)
    if revision and all(
        language in last and bytes(last[language].content_digest) == digests[language]
        for language in LANGUAGES
    ):
        return Published(revision, is_new=False)
    revision += 1
    sheets = []
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
                salt=salt,
                digest=hashlib.sha256(salt + body).digest(),
                published_at=now,
                published_by=author,
            )
        )
    Sheet.objects.bulk_create(sheets)
    return Published(revision, is_new=True)
