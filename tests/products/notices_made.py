"""Recalls and safety notices for tests."""

from typing import Any

from django.utils import timezone

from products.models import Notice, Product
from products.services import issue_notice
from products.services.noticing import Content, Issuer
from tests import make


def content(**members: Any) -> Content:
    """Return a recall of every unit, but for what is named."""
    usual: dict[str, Any] = {
        "kind": "recall",
        "authority": "RappelConso",
        "reference": "R-1",
        "published_at": timezone.now(),
        "text": {"fr": "Listeria", "en": "Listeria"},
        "what_to_do": {"fr": "Ne pas manger", "en": "Do not eat"},
        "batches": [],
    }
    return Content(**{**usual, **members})


def issued(product: Product, *, by: Issuer | None = None, **members: Any) -> Notice:
    """Issue a notice, in the company's name unless it is said by whom."""
    author = by
    if author is None:
        assert product.company is not None
        author = Issuer(author=make.member(product.company, "editor"))
    return issue_notice(product=product, content=content(**members), by=author).notice
