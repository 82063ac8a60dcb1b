"""What the database itself keeps out, whoever writes."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from scanning.models import Anchor, HandedOverPrefix, Link
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.database]

VALID: dict[str, Any] = {
    "link_type": "https://ref.gs1.org/voc/pip",
    "href": "https://b.example/",
    "title": "Page",
}


@pytest.fixture
def anchor() -> Anchor:
    return Anchor.objects.create(path="/414/9520123456788", company=make.company())


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"href": "javascript:alert(1)"},
        {"link_type": "gs1:pip"},
        {"is_default": True, "hreflang": "fr"},
        {"is_default": True, "is_default_multi": True},
        {"encryption_method": "ROT-13"},
    ],
)
def test_a_link_that_breaks_a_rule_is_kept_out(
    anchor: Anchor, wrong: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.create(anchor=anchor, **{**VALID, **wrong})

    assert Link.objects.create(anchor=anchor, **VALID).is_in_force


def test_one_default_in_force(anchor: Anchor) -> None:
    first = Link.objects.create(anchor=anchor, **VALID, is_default=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.create(anchor=anchor, **VALID, is_default=True)

    Link.objects.filter(pk=first.pk).update(retired_at=timezone.now())
    Link.objects.create(anchor=anchor, **VALID, is_default=True, replaces=first)


def test_one_entity_a_key(anchor: Anchor) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Anchor.objects.create(path=anchor.path, company=make.company())
    with pytest.raises(IntegrityError), transaction.atomic():
        Anchor.objects.create(path="01/x", company=make.company())


@pytest.mark.parametrize(
    "wrong", [{"prefix": "95"}, {"prefix": "952x"}, {"ai": "10"}], ids=str
)
def test_a_prefix_is_digits_of_a_known_key(wrong: dict[str, str]) -> None:
    valid = {
        "ai": "01",
        "prefix": "952012",
        "resolver_root": "https://r.example",
        "title": "x",
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        HandedOverPrefix.objects.create(**{**valid, **wrong})
