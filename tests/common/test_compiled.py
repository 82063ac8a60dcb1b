"""Querysets that are written once: they find what Django's own would."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from checkout.models import TerminalRequest
from common import compiled
from companies.models import Company
from shoppers.models import Pass, Shopper
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.database]

PASSES = compiled.Select(
    lambda shopper, since: (
        Pass.objects.filter(shopper=shopper, expires_at__gt=since)
        .select_related("shopper")
        .order_by("pk")
    ),
    shopper=Shopper._meta.pk,
    since=Pass._meta.get_field("expires_at"),
)
NAMES = compiled.Select(
    lambda company: Company.objects.filter(pk=company).values_list("name", flat=True),
    company=Company._meta.pk,
)
VALUES = compiled.Select(
    lambda company: Company.objects.filter(pk=company).values("name", "pk"),
    company=Company._meta.pk,
)
LATER = compiled.Update(
    lambda shopper, by: (
        Pass.objects.filter(shopper=shopper),
        {"expires_at": by, "handle_digest": F("handle_digest")},
    ),
    returning=["shopper", "expires_at"],
    shopper=Shopper._meta.pk,
    by=Pass._meta.get_field("expires_at"),
)
PASS = compiled.Insert(Pass)
REQUEST = compiled.Insert(TerminalRequest)


def passes(shopper: Shopper, count: int = 2) -> list[Pass]:
    return [
        Pass.objects.create(
            shopper=shopper,
            handle_digest=uuid.uuid4().hex,
            expires_at=timezone.now() + timedelta(minutes=1),
        )
        for _ in range(count)
    ]


def test_models_come_with_what_is_joined(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    shopper = make.shopper().shopper
    mine = passes(shopper)
    passes(make.shopper().shopper)

    with django_assert_num_queries(1):
        found = PASSES.rows(shopper=shopper.pk, since=timezone.now())
        assert [one.shopper for one in found] == [shopper, shopper]

    assert found == mine
    assert found[0].expires_at == mine[0].expires_at
    assert found[0]._state.db == "default"
    assert not found[0]._state.adding


def test_each_run_has_its_own_values() -> None:
    one, other = make.company("Une"), make.company("Autre")

    assert NAMES.rows(company=one.pk) == ["Une"]
    assert NAMES.rows(company=other.pk) == ["Autre"]
    assert NAMES.first(company=uuid.uuid4()) is None
    assert VALUES.first(company=other.pk) == {"name": "Autre", "pk": other.pk}


def test_a_value_stays_a_value() -> None:
    """Whatever it says: it is never part of the SQL."""
    shopper = make.shopper().shopper
    [one] = passes(shopper, 1)
    by_digest: Any = compiled.Select(
        lambda digest: Pass.objects.filter(handle_digest=digest),
        digest=Pass._meta.get_field("handle_digest"),
    )

    assert by_digest.rows(digest=one.handle_digest) == [one]
    assert by_digest.rows(digest="' OR '1'='1") == []
    assert by_digest.rows(digest="%s") == []


def test_an_update_returns_the_columns_of_its_rows() -> None:
    shopper = make.shopper().shopper
    mine = passes(shopper)
    by = timezone.now() + timedelta(hours=1)

    assert LATER.rows(shopper=shopper.pk, by=by) == [(shopper.pk, by)] * 2
    assert LATER.rows(shopper=uuid.uuid4(), by=by) == []
    assert {Pass.objects.get(pk=one.pk).expires_at for one in mine} == {by}


def test_an_insert_keeps_what_the_model_would(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    shopper = make.shopper().shopper
    by = timezone.now() + timedelta(hours=1)
    row = Pass(shopper=shopper, handle_digest="un %s '", expires_at=by)
    other = Pass(shopper=shopper, handle_digest="deux", expires_at=by)

    with django_assert_num_queries(2):
        PASS.run(row)
        PASS.run(other)

    assert row.pk != other.pk
    assert not row._state.adding
    kept = Pass.objects.get(pk=row.pk)
    assert (kept.handle_digest, kept.expires_at) == ("un %s '", by)
    assert (kept.shopper_id, kept.consumed_at) == (shopper.pk, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        PASS.run(Pass(shopper=shopper, handle_digest="deux", expires_at=by))


def test_an_insert_fills_in_what_a_model_fills_in() -> None:
    terminal = make.terminal(make.company("Magasin X")).terminal
    answers: list[dict[str, Any] | None] = [{"é": [1, None]}, None]
    for number, answer in enumerate(answers):
        row = TerminalRequest(
            terminal=terminal, key=str(number), route="r", answer=answer
        )
        REQUEST.run(row)

        kept = TerminalRequest.objects.get(pk=row.pk)
        assert kept.answer == answer
        assert kept.created_at == row.created_at
    # As `save` writes it: the column is empty, and holds no JSON that says so.
    assert TerminalRequest.objects.filter(answer__isnull=True).count() == 1


def test_a_value_that_was_not_given_is_missed() -> None:
    with pytest.raises(KeyError):
        NAMES.rows()
