"""What can never be false of a row is said to the database."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from companies.models import Membership, SatisfactionRate, Statement
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.database]
GOOD = {"status": "known", "value": "1", "level": "declared", "source_kind": "producer"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": None},
        {"status": "unknown"},
        {"status": "withheld", "note": "why"},
        {"status": "withheld", "value": None},
        {"status": "rumoured", "value": None},
        {"level": "guessed"},
        {"source_kind": "rumour"},
    ],
    ids=repr,
)
def test_a_statement_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    company = make.company()

    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.create(
            company=company,
            fact="employees",
            observed_at=timezone.now(),
            **{**GOOD, **wrong},
        )


def test_a_statement_is_superseded_once() -> None:
    company = make.company()
    first = make.fact(company, "employees", "1")
    make.fact(company, "employees", "2")

    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.create(
            company=company,
            fact="employees",
            observed_at=timezone.now(),
            supersedes=first,
            **GOOD,
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"percent": 101},
        {"answers": 59},
        {"level": "guessed"},
        {"source_kind": "rumour"},
    ],
    ids=repr,
)
def test_a_rate_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    rate = make.rate(make.company(), 64, answers=41, invited=58)

    with pytest.raises(IntegrityError), transaction.atomic():
        SatisfactionRate.objects.filter(pk=rate.pk).update(**wrong)


def test_there_is_one_rate_a_day() -> None:
    company = make.company()
    make.rate(company)

    with pytest.raises(IntegrityError), transaction.atomic():
        make.rate(company, 65)


def test_a_person_is_a_member_once_in_a_known_role() -> None:
    company = make.company()
    user = make.member(company)

    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(company=company, user=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.update(role="king")
