"""What the law has erased is gone; the log holds, and tells nothing."""

import hashlib
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from companies.errors import ContentIsCurrent
from companies.levels import Status
from companies.models import CheckResult
from companies.models import Statement as Fact
from companies.services.erasing import erase_statement
from ledger import leaves
from ledger.models import Entry, Erasure
from products.errors import RevisionUnknown
from products.models import Product, Sheet, Statement
from products.services import publish_sheet
from products.services.erasing import erase_field_statement, erase_revision
from tests import make
from tests.ledger import tampering
from tests.logged import audited

pytestmark = [pytest.mark.django_db, pytest.mark.database]
REASON = "Article 17 du RGPD"


def corrected() -> Product:
    """Return a product that says a secret in its first revision, and not any more."""
    product = make.product(of=make.company(), name="Secret", published=True)
    make.field(product, "identity.name", {"fr": "Rien"})
    Product.objects.filter(pk=product.pk).update(name="Rien")
    product.refresh_from_db()
    publish_sheet(product=product)
    return product


def all_bytes(row: Any) -> bytes:
    """Return whatever a row holds, as bytes."""
    values = (getattr(row, field.attname) for field in row._meta.concrete_fields)
    return b"|".join(
        bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode()
        for one in values
    )


def test_an_erased_revision_leaves_nothing_to_guess_by(api: APIClient) -> None:
    product = corrected()
    before = Sheet.objects.get(product=product, language="fr", revision=1)
    body, salt = bytes(before.body), bytes(before.salt)
    assert audited() == []

    count = erase_revision(product=product, revision=1, reason=REASON)

    after = Sheet.objects.get(pk=before.pk)
    assert count == 2
    assert after.is_erased
    assert b"Secret" not in all_bytes(after)
    assert salt not in all_bytes(after)
    # Who guesses the document finds it confirmed by nothing that is kept.
    for guess in (body, b""):
        digest = hashlib.sha256(guess).digest()
        assert digest not in all_bytes(after)
        assert digest.hex()[:32].encode() not in all_bytes(after)
        assert digest != leaves.digest_of(bytes(32), guess)
    entry = after.entry
    assert entry is not None
    said = leaves.parse(bytes(entry.leaf))
    assert said["digest"] == leaves.named(leaves.digest_of(salt, body))
    assert said["digest"] != leaves.named(hashlib.sha256(body).digest())
    assert entry.erasure.reason == REASON
    assert audited() == []


def test_readers_are_told_that_it_is_gone(api: APIClient) -> None:
    product = corrected()
    etag = api.get(f"/api/v1/products/{product.pk}?revision=1")["ETag"]
    erase_revision(product=product, revision=1, reason=REASON)

    for headers in ({}, {"If-None-Match": etag}):
        answer = api.get(f"/api/v1/products/{product.pk}?revision=1", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (410, "revision_erased")
    assert api.get(f"/api/v1/products/{product.pk}?revision=2").status_code == 200
    assert api.get(f"/api/v1/products/{product.pk}").status_code == 200


def test_what_readers_have_is_replaced_before_it_is_erased() -> None:
    product = make.product(of=make.company(), name="Secret", published=True)
    with pytest.raises(ContentIsCurrent):
        erase_revision(product=product, revision=1, reason=REASON)
    make.field(product, "identity.name", {"fr": "Rien"})

    erase_revision(product=product, revision=1, reason=REASON)

    rows = Sheet.objects.filter(product=product, language="fr").order_by("revision")
    assert [(one.revision, one.is_erased) for one in rows] == [(1, True), (2, False)]
    assert audited() == []


def test_erasing_twice_does_nothing_more_and_what_is_not_there_is_refused() -> None:
    product = corrected()

    assert erase_revision(product=product, revision=1, reason=REASON) == 2
    assert erase_revision(product=product, revision=1, reason="Autre") == 0
    with pytest.raises(RevisionUnknown):
        erase_revision(product=product, revision=9, reason=REASON)

    assert set(Erasure.objects.values_list("reason", flat=True)) == {REASON}


def test_a_revision_older_than_the_log_is_entered_before_it_is_erased() -> None:
    product = corrected()
    with tampering.unguarded():
        Sheet.objects.update(entry=None)

    erase_revision(product=product, revision=1, reason=REASON)
    make.field(product, "identity.brand", "Vallon")
    publish_sheet(product=product)

    entries = Sheet.objects.filter(product=product, language="fr").order_by("revision")
    versions = [one.entry.version for one in entries if one.entry]
    assert versions == [1, 2, 3]


def test_an_erased_statement_says_nothing_and_its_chain_holds() -> None:
    product = make.product(of=make.company())
    said = make.field(product, "identity.brand", "Secret")
    with pytest.raises(ContentIsCurrent):
        erase_field_statement(statement=said, reason=REASON)
    make.field(product, "identity.brand", "Vallon")

    erase_field_statement(statement=said, reason=REASON)
    erase_field_statement(statement=said, reason="Autre")

    said.refresh_from_db()
    assert b"Secret" not in all_bytes(said)
    assert (said.status, said.value, said.salt) == (Status.UNKNOWN, None, None)
    assert Erasure.objects.get().reason == REASON
    assert audited() == []


def test_an_erased_fact_takes_what_checks_wrote_of_it() -> None:
    from companies import checking

    company = make.company()
    secret = make.fact(company, "national_id", "732829320", details={})
    checking.check_company(company.pk)
    assert CheckResult.objects.filter(statement=secret).exists()
    make.fact(company, "national_id", "552100554")

    erase_statement(statement=secret, reason=REASON)

    secret.refresh_from_db()
    assert b"732829320" not in all_bytes(secret)
    for result in CheckResult.objects.filter(statement=secret):
        assert (result.inputs, result.text_fr, result.salt) == ({}, "", None)
    assert audited() == []
    checking.check_company(company.pk)
    assert audited() == []


def test_the_operator_erases_by_a_command() -> None:
    product = corrected()
    said = Statement.objects.filter(product=product).order_by("pk")[0]
    company = make.company()
    fact = make.fact(company, "employees", "47")
    make.fact(company, "employees", "48")
    told = StringIO()

    call_command(
        "erase_content", "--reason", REASON, "sheet", product.pk, "1", stdout=told
    )
    call_command("erase_content", "--reason", REASON, "field", str(said.pk))
    call_command("erase_content", "--reason", REASON, "fact", str(fact.pk))
    with pytest.raises(CommandError, match="content_is_current"):
        call_command("erase_content", "--reason", REASON, "sheet", product.pk, "2")
    with pytest.raises(CommandError, match="nothing by that number"):
        call_command("erase_content", "--reason", REASON, "fact", "999999")

    assert product.pk in told.getvalue()
    assert Erasure.objects.count() == 4
    assert Fact.objects.get(pk=fact.pk).value is None
    assert Entry.objects.exclude(erasure=None).count() == 4
    assert audited() == []
