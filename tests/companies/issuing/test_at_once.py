"""Several processes at the same moment: one key, a bit each, one of a kind in force."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from companies.credentials import own_key
from companies.errors import IssuedRecently
from companies.models import IssuedCredential, IssuingKey, RevocationList
from companies.services.issuing import (
    issue_transparency,
    revoke_issued,
    rotate_issuing_key,
    withdraw_issuing_key,
)
from ledger.credentials import status_list
from ledger.models import Entry
from tests import make
from tests.companies.issuing.world import certifiable, certified, payload

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
SIRENS = ("732829320", "552100554", "404833048", "542065479", "552008443")


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Do several things at one moment; return what came of each."""
    ready = Barrier(len(acts))

    def do(act: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return act()
        except IssuedRecently as refused:
            return refused.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def revoked_bits() -> set[int]:
    """Return the bits that are set in the list as it was last signed."""
    subject = payload(RevocationList.objects.get().token)["credentialSubject"]
    bits = status_list.unpack(subject["encodedList"])
    return {
        8 * place + bit
        for place, byte in enumerate(bits)
        for bit in range(8)
        if byte >> (7 - bit) & 1
    }


def test_the_first_key_is_made_once() -> None:
    names = together(*[lambda: own_key.current().name] * 8)

    assert names == ["k1"] * 8
    assert IssuingKey.objects.count() == 1


def test_no_two_credentials_take_one_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    companies = [certifiable(siren) for siren in SIRENS]
    # Everybody draws from few bits, and would take the same ones.
    monkeypatch.setattr("companies.credentials.own_status.status_list.LEAST_BITS", 8)
    monkeypatch.setattr(
        "companies.credentials.own_status.status_list.pack", lambda _revoked: "u"
    )

    together(
        *[
            lambda one=one: issue_transparency(company=one, author=None)
            for one in companies
        ]
    )

    taken = list(IssuedCredential.objects.values_list("status_index", flat=True))
    assert len(set(taken)) == len(taken) == len(SIRENS)
    assert RevocationList.objects.count() == 1
    assert Entry.objects.filter(kind="credential.issued").count() == len(SIRENS)


def test_one_company_gets_one_certificate() -> None:
    company = certifiable()

    said = together(*[lambda: issue_transparency(company=company, author=None)] * 4)

    assert said.count("issued_recently") == 3
    assert IssuedCredential.objects.in_force(timezone.now()).count() == 1


def test_revocations_at_once_are_all_in_the_list() -> None:
    made = [certified(certifiable(siren)) for siren in SIRENS]
    operator = make.operator()

    together(
        *[
            lambda one=one: revoke_issued(
                credential=one, reason="mistake", author=operator
            )
            for one in made
        ]
    )

    assert revoked_bits() == {one.status_index for one in made}


def test_a_key_is_taken_out_while_it_signs() -> None:
    companies = [certifiable(siren) for siren in SIRENS]
    first = certified(companies[0])

    together(
        lambda: withdraw_issuing_key(key=first.key, author=None),
        lambda: rotate_issuing_key(author=None),
        *[
            lambda one=one: issue_transparency(company=one, author=None)
            for one in companies[1:]
        ],
    )

    # What k1 signed is revoked, whenever that was; all the rest holds.
    rows = IssuedCredential.objects.select_related("key")
    for row in rows:
        assert (row.revoked_at is None) == (row.key.withdrawn_at is None)
    assert revoked_bits() == {
        row.status_index for row in rows if row.revoked_at is not None
    }
    assert IssuingKey.objects.filter(is_current=True).count() == 1
