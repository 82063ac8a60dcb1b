"""The keys that sign: sealed, replaced, taken out; what they signed, too."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from companies.credentials import own_key, own_status, reviewing, verifying
from companies.errors import IssuingKeyLost, NotTheOperator
from companies.models import (
    CompanyFigures,
    IssuedCredential,
    IssuingKey,
    RevocationList,
)
from companies.services.issuing import rotate_issuing_key, withdraw_issuing_key
from ledger.credentials import jws
from ledger.credentials.refusals import Refused
from tests import make
from tests.companies.issuing.world import (
    BASE_URL,
    DID,
    certifiable,
    certified,
    document,
    identified,
    payload,
)

pytestmark = pytest.mark.django_db


def verify(credential: IssuedCredential) -> None:
    status = RevocationList.objects.get(pk=credential.status_list_id).token
    verifying.verify(
        credential.token,
        document(),
        status,
        vocabulary=f"{BASE_URL}/facts/",
        at=timezone.now(),
    )


def test_the_private_half_is_sealed_and_nowhere_else() -> None:
    certified()
    row = IssuingKey.objects.values().get()
    private = own_key._unsealed(row["sealed_private"])
    secret = json.loads(private)["d"]

    assert secret not in str(row)
    assert set(row["public_jwk"]) == {"kty", "crv", "x", "y"}
    assert secret.encode() not in own_key.document()


def test_the_first_key_is_made_when_somebody_asks_for_it() -> None:
    methods = document().members["verificationMethod"]

    assert [one["id"] for one in methods] == [f"{DID}#k1"]
    assert own_key.current().name == "k1"
    assert document().canonical == document().canonical


def test_what_was_signed_before_a_rotation_holds() -> None:
    before = certified()

    made = rotate_issuing_key(author=make.operator())
    after = certified(certifiable("732829320"))

    verify(before)
    verify(after)
    assert (before.key.name, after.key.name) == ("k1", "k2")
    assert made == after.key
    old = IssuingKey.objects.get(name="k1")
    assert (old.sealed_private, old.is_current) == ("", False)
    assert document().members["assertionMethod"] == [f"{DID}#k1", f"{DID}#k2"]
    assert jws.read(RevocationList.objects.get().token).kid == f"{DID}#k2"


def test_a_key_that_others_may_have_ends_what_it_signed() -> None:
    before = certified()
    rotate_issuing_key(author=make.operator())
    after = certified(certifiable("732829320"))

    ended = withdraw_issuing_key(key=before.key, author=make.operator())

    assert ended == 1
    before.refresh_from_db()
    assert before.revocation_reason == "key_compromised"
    with pytest.raises(Refused) as no:
        verify(before)
    assert no.value.code == "credential_method_absent"
    verify(after)
    assert withdraw_issuing_key(key=before.key, author=make.operator()) == 0


def test_the_key_of_today_is_taken_out_and_followed_by_another() -> None:
    made = certified()

    withdraw_issuing_key(key=made.key, author=None)

    assert [one["id"] for one in document().members["verificationMethod"]] == [
        f"{DID}#k2"
    ]
    verify(certified(made.company))


def test_only_operators_touch_the_keys() -> None:
    owner = make.member(make.company())
    with pytest.raises(NotTheOperator):
        rotate_issuing_key(author=owner)
    with pytest.raises(NotTheOperator):
        withdraw_issuing_key(key=own_key.current(), author=owner)


def test_a_key_that_does_not_open_signs_nothing_until_it_is_replaced(
    settings: Any,
) -> None:
    own_key.current()
    settings.SECRET_KEY = "another-one"
    with pytest.raises(IssuingKeyLost) as no:
        certified()
    assert (no.value.code, no.value.status) == ("issuing_key_lost", 503)
    assert not IssuedCredential.objects.exists()

    rotate_issuing_key(author=None)
    verify(certified(certifiable("732829320")))


def test_the_database_knows_one_key_of_today() -> None:
    own_key.current()
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuingKey.objects.create(name="k9", sealed_private="x", public_jwk={})


def test_the_command_replaces_and_takes_out(capsys: pytest.CaptureFixture[str]) -> None:
    made = certified()

    call_command("rotate_credential_key")
    call_command("rotate_credential_key", withdraw="k1")

    out = capsys.readouterr().out
    assert "k2 signs from now on." in out
    assert "k1 is taken out; 1 credentials are revoked." in out
    made.refresh_from_db()
    assert made.revoked_at is not None
    with pytest.raises(CommandError):
        call_command("rotate_credential_key", withdraw="k7")


def test_lists_are_signed_again_each_day() -> None:
    certified()
    first = RevocationList.objects.get()
    assert own_status.renew() == 0

    old = timezone.now() - timedelta(days=2)
    RevocationList.objects.update(valid_from=old)
    assert own_status.renew() == 1

    second = RevocationList.objects.get()
    assert second.valid_from > old
    assert payload(second.token)["id"] == payload(first.token)["id"]


def test_a_certificate_that_is_no_longer_true_is_revoked() -> None:
    kept, poor = certified(), certified(certifiable("732829320"))
    CompanyFigures.objects.filter(company=poor.company).update(index=399)

    assert reviewing.review() == 1
    assert reviewing.review() == 0

    poor.refresh_from_db()
    kept.refresh_from_db()
    assert (poor.revocation_reason, kept.revoked_at) == ("outdated", None)


def test_an_identity_ends_with_its_number_and_not_with_a_registers_bad_day() -> None:
    made = identified()
    CompanyFigures.objects.update(identity_rank=0)
    assert reviewing.review() == 0

    CompanyFigures.objects.update(siren="732829320")
    assert reviewing.review() == 1
    made.refresh_from_db()
    assert made.revocation_reason == "outdated"


def test_an_operator_is_an_account_with_a_name() -> None:
    author: User = make.operator()
    made = certified(author=author)
    assert made.issued_by == author
