"""The published sheets of a product, and of all products of a company."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from companies.acts import note_act
from companies.models import Company
from companies.services.gating import require_identity
from products import publishing, tasks
from products.models import Product
from products.publishing import Published

# A company with few products sees its new sheets at once; the rest follows in batches.
AT_ONCE = 50


@transaction.atomic
def publish_sheet(*, product: Product, author: User | None = None) -> Published:
    """
    Publish the current state of a product as its next revision.

    Raise `IdentityRequired` where its company must be identified first.
    """
    require_identity(product.company)
    published = publishing.publish_product(product.pk, author=author)
    if published.is_new and author is not None:
        note_act(
            company=product.company,
            actor=author,
            kind="sheet.published",
            subject=f"{product.name} · {published.revision}",
            subject_id=product.pk,
        )
    return published


def publish_company(*, company: Company, author: User | None = None) -> int:
    """
    Publish every product of a company, and return how many there are.

    All are marked due in one statement, so that none is lost; the first ones follow at
    once, the others by the task, which a sweep repeats. Raise `IdentityRequired`.
    """
    require_identity(company)
    products = Product.objects.filter(company=company)
    if author is not None:
        note_act(
            company=company,
            actor=author,
            kind="sheet.published",
            subject=str(products.count()),
        )
    count = products.update(publication_due_at=timezone.now())
    first = list(products.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    publishing.publish_products(first, author=author)
    if count > AT_ONCE:
        transaction.on_commit(tasks.hint_publications, robust=True)
    return count
