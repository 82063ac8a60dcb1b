"""The verifiers' part of the admin: their scope, their verdicts, nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.sql import emit_post_migrate_signal
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies.models import Company, Evidence, Statement, Verification, Verifier
from companies.services import own_verification, verify_statement
from companies.verifier_access import GROUP_NAME, verifier_group
from tests import make

pytestmark = pytest.mark.django_db

LIST = reverse("admin:companies_statementtoverify_changelist")
VERDICTS = reverse("admin:companies_verification_changelist")


def browser(user: User) -> Client:
    """Return the browser of somebody who signed in with two factors, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def page(statement: Statement) -> str:
    """Return the address at which a statement is verified."""
    return reverse("admin:companies_statementtoverify_change", args=[statement.pk])


def verdict(result: str = "verified", **members: Any) -> dict[str, Any]:
    """Return what the page sends."""
    today = timezone.localdate().isoformat()
    return {"result": result, "reason": "", "assessed_on": today, **members}


def in_scope(
    name: str = "Filature", country: str = "FR", value: str = "110"
) -> Statement:
    """State the staff of a company of a country."""
    company = make.company(name)
    make.fact(company, "tax_residence", country)
    return make.fact(company, "employees", value)


@pytest.fixture
def statement() -> Statement:
    """Return what a French company states of its staff."""
    return in_scope()


@pytest.fixture
def verifier() -> Verifier:
    """Return an auditor of staff in France."""
    return make.verifier("employees", organisation="Cabinet Martin")


def test_the_group_of_verifiers_sees_and_changes_nothing_else() -> None:
    found = verifier_group().permissions.values_list("codename", flat=True)

    assert set(found) == {"view_statementtoverify", "view_verification"}


def test_a_migration_brings_verifiers_their_permissions(verifier: Verifier) -> None:
    Group.objects.get(name=GROUP_NAME).permissions.clear()

    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")

    assert Group.objects.get(name=GROUP_NAME).permissions.count() == 2


@pytest.mark.database
def test_a_verifier_sees_what_waits_in_its_scope(
    statement: Statement, verifier: Verifier
) -> None:
    in_scope("Weberei", "DE", "4711")
    done = in_scope("Tissage", "FR", "222")
    verify_statement(statement=done, user=verifier.user, result="verified")
    reader = browser(verifier.user)

    waiting = reader.get(LIST).content.decode()
    everything = reader.get(LIST, {"said": "all"}).content.decode()
    verified = reader.get(LIST, {"said": "verified"}).content.decode()

    assert "Filature" in waiting
    assert "Tissage" not in waiting
    assert ("Filature" in everything, "Tissage" in everything) == (True, True)
    assert ("Filature" in verified, "Tissage" in verified) == (False, True)
    for text in (waiting, everything, verified):
        assert "Weberei" not in text
        assert "4,711" not in text


def test_the_page_shows_what_is_to_be_verified(
    statement: Statement, verifier: Verifier
) -> None:
    document = make.document(statement.company, name="Contrats")
    statement.details = {"by_contract": {"CDI": "110"}}
    statement.save()
    statement.evidence.add(document)

    text = browser(verifier.user).get(page(statement)).content.decode()

    assert "By contract: CDI 110" in text
    assert reverse("admin:companies_evidence_download", args=[document.pk]) in text
    assert 'value="verified"' in text
    assert 'value="withdrawn"' not in text


def test_a_verifier_verifies_with_its_report(
    statement: Statement, verifier: Verifier
) -> None:
    report = SimpleUploadedFile("rapport.txt", b"report")

    answer = browser(verifier.user).post(
        page(statement), verdict(new_report=report), follow=True
    )

    assert "your verdict is recorded" in answer.content.decode()
    found = Verification.objects.get()
    assert (found.result, found.statement_id) == ("verified", statement.pk)
    assert found.evidence is not None
    assert found.evidence.is_from_outside


def test_a_refusal_without_reason_loses_nothing(
    statement: Statement, verifier: Verifier
) -> None:
    reader = browser(verifier.user)
    report = SimpleUploadedFile("rapport.txt", b"report")
    until = (timezone.localdate() + timedelta(days=9)).isoformat()

    answer = reader.post(
        page(statement), verdict("refused", new_report=report, valid_until=until)
    )

    text = answer.content.decode()
    assert "Say why: the company and all readers will see it." in text
    assert until in text
    kept = Evidence.objects.get()
    assert f'<option value="{kept.pk}" selected>' in text
    reader.post(page(statement), verdict("refused", reason="r", report=str(kept.pk)))
    assert Verification.objects.get().evidence == kept


def test_no_verdict_is_given_by_the_enter_key(
    statement: Statement, verifier: Verifier
) -> None:
    answer = browser(verifier.user).post(page(statement), verdict(""))

    assert "Press the button that says what you found." in answer.content.decode()
    assert not Verification.objects.exists()


def test_a_hostile_report_is_refused(statement: Statement, verifier: Verifier) -> None:
    report = SimpleUploadedFile("rapport.pdf", b"MZ")

    answer = browser(verifier.user).post(page(statement), verdict(new_report=report))

    assert "Programs and scripts are not taken" in answer.content.decode()
    assert not Verification.objects.exists()


def test_two_pages_of_one_verifier_do_not_overwrite_each_other(
    statement: Statement, verifier: Verifier
) -> None:
    reader = browser(verifier.user)
    first = verify_statement(statement=statement, user=verifier.user, result="verified")

    told = reader.post(page(statement), verdict("refused", reason="Typed long ago."))

    text = told.content.decode()
    assert "You have said something else of this meanwhile." in text
    assert "Typed long ago.</textarea>" in text
    assert f'name="seen" value="{first.pk}"' in text
    reader.post(page(statement), verdict("refused", reason="r", seen=str(first.pk)))
    found = own_verification(statement, verifier)
    assert found is not None
    assert (found.result, found.supersedes) == ("refused", first)


def test_what_is_out_of_scope_now_is_withdrawn_and_nothing_else(
    statement: Statement, verifier: Verifier
) -> None:
    first = verify_statement(statement=statement, user=verifier.user, result="verified")
    verifier.scopes.update(countries=["BE"])
    reader = browser(verifier.user)

    text = reader.get(page(statement)).content.decode()

    assert "are not in your scope" in text
    assert 'value="verified"' not in text
    assert 'value="withdrawn"' in text
    given = verdict("withdrawn", reason="Seen too late.", seen=str(first.pk))
    reader.post(page(statement), given)
    assert own_verification(statement, verifier).result == "withdrawn"  # type: ignore[union-attr]


def test_the_door_asks_for_a_second_factor(
    statement: Statement, verifier: Verifier
) -> None:
    client = Client()
    client.force_login(verifier.user)

    assert client.get(page(statement)).status_code == 302
    assert client.post(page(statement), verdict()).status_code == 302
    assert not Verification.objects.exists()


def test_strangers_find_no_way_in(statement: Statement, verifier: Verifier) -> None:
    foreign = make.verifier("employees", countries=["DE"])
    verify_statement(statement=statement, user=verifier.user, result="verified")
    said = reverse(
        "admin:companies_verification_change", args=[Verification.objects.get().pk]
    )
    strangers = [
        browser(foreign.user),
        browser(make.member(make.company("Étrangère"), "owner")),
        browser(User.objects.create_user("nobody", is_staff=True)),
    ]
    pages = [
        page(statement),
        said,
        reverse("admin:companies_statementtoverify_history", args=[statement.pk]),
        reverse("admin:companies_statementtoverify_delete", args=[statement.pk]),
        reverse("admin:companies_statementtoverify_add"),
        reverse("admin:companies_verification_history", args=[1]),
    ]

    for stranger in strangers:
        for address in (*pages, LIST, VERDICTS):
            answer = stranger.get(address)
            assert answer.status_code in {200, 302, 403, 404}
            assert "Filature" not in answer.content.decode()
        assert stranger.post(page(statement), verdict()).status_code in {302, 403, 404}
    assert Client().get(page(statement)).status_code == 302
    assert Verification.objects.count() == 1


def test_an_inactive_verifier_is_out(statement: Statement, verifier: Verifier) -> None:
    reader = browser(verifier.user)
    Verifier.objects.update(is_active=False)

    assert reader.get(LIST).status_code == 403
    assert reader.get(page(statement)).status_code in {302, 403, 404}


def test_members_see_who_said_what_of_their_company_and_why(
    statement: Statement, verifier: Verifier
) -> None:
    verify_statement(
        statement=statement, user=verifier.user, result="refused", reason="Wrong year."
    )
    for role in ("viewer", "owner"):
        reader = browser(make.member(statement.company, role))
        listed = reader.get(VERDICTS).content.decode()
        change = reverse("admin:companies_statement_change", args=[statement.pk])
        beside = reader.get(change).content.decode()
        for text in (listed, beside):
            assert "Cabinet Martin" in text
            assert "Wrong year." in text
        assert reader.get(LIST).status_code == 403


@pytest.mark.database
def test_a_verifier_reads_its_own_verdicts_only(
    statement: Statement, verifier: Verifier
) -> None:
    other = make.verifier("employees", organisation="Autre Cabinet")
    for one in (verifier, other):
        verify_statement(statement=statement, user=one.user, result="verified")

    text = browser(verifier.user).get(VERDICTS).content.decode()

    assert "Cabinet Martin" in text
    assert "Autre Cabinet" not in text


def scopes(facts: list[str], countries: list[str], **members: Any) -> dict[str, Any]:
    """Return a verifier with one scope as the operator's page sends it."""
    return {
        "organisation": "Cabinet",
        "kind": "auditor",
        "is_active": "on",
        "scopes-TOTAL_FORMS": "1",
        "scopes-INITIAL_FORMS": "0",
        "scopes-0-facts": facts,
        "scopes-0-countries": countries,
        "scopes-0-valid_from": "2026-01-01",
        "scopes-0-valid_until": "2030-01-01",
        **members,
    }


def test_the_operator_lets_a_verifier_in_and_out(admin_client: Client) -> None:
    user = User.objects.create_user("auditor")
    make.second_factor(admin_client)
    add = reverse("admin:companies_verifier_add")

    offered = admin_client.get(add).content.decode()
    admin_client.post(add, scopes(["employees"], ["FR", "BE"], user=user.pk))

    assert "France (FR)" in offered
    verifier = Verifier.objects.get()
    scope = verifier.scopes.get()
    assert (scope.facts, scope.countries) == (["employees"], ["FR", "BE"])
    user.refresh_from_db()
    assert user.is_staff
    assert user.groups.filter(name=GROUP_NAME).exists()

    change = reverse("admin:companies_verifier_change", args=[verifier.pk])
    given = scopes([], [], **{"scopes-TOTAL_FORMS": "0", "is_active": ""})
    admin_client.post(change, given)
    assert not Verifier.objects.get().is_active
    assert not user.groups.filter(name=GROUP_NAME).exists()


@pytest.mark.parametrize(
    ("facts", "countries", "error"),
    [
        (["legal_name"], ["FR"], "does not verify: Legal name."),
        (["no_such_fact"], ["FR"], "Select a valid choice."),
        (["employees"], ["XX"], "Select a valid choice."),
        ([], ["FR"], "This field is required."),
    ],
    ids=["of-another-kind", "unknown-fact", "unknown-country", "nothing"],
)
def test_a_scope_that_makes_no_sense_is_refused(
    admin_client: Client, facts: list[str], countries: list[str], error: str
) -> None:
    user = User.objects.create_user("auditor")
    make.second_factor(admin_client)

    answer = admin_client.post(
        reverse("admin:companies_verifier_add"),
        scopes(facts, countries, user=user.pk),
        headers={"Accept-Language": "en"},
    )

    assert error in answer.content.decode()
    assert not Verifier.objects.exists()


def test_making_a_verifier_asks_for_a_second_factor(admin_user: User) -> None:
    browser = Client()
    browser.force_login(admin_user)
    user = User.objects.create_user("auditor")

    browser.post(
        reverse("admin:companies_verifier_add"),
        scopes(["employees"], ["FR"], user=user.pk),
    )

    assert not Verifier.objects.exists()


def test_only_operators_see_verifiers(verifier: Verifier) -> None:
    company = Company.objects.create(name="Filature")
    address = reverse("admin:companies_verifier_change", args=[verifier.pk])
    for user in (make.member(company, "owner"), verifier.user):
        reader = browser(user)
        assert reader.get(address).status_code in {302, 403}
        listed = reader.get(reverse("admin:companies_verifier_changelist"))
        assert listed.status_code == 403


def test_the_list_costs_the_same_for_one_and_for_many(
    verifier: Verifier, django_assert_max_num_queries: Any
) -> None:
    in_scope()
    reader = browser(verifier.user)
    reader.get(LIST)
    with django_assert_max_num_queries(40) as one:
        reader.get(LIST)
    for number in range(5):
        in_scope(f"Filature {number}")
    with django_assert_max_num_queries(40) as many:
        reader.get(LIST)

    assert len(one.captured_queries) == len(many.captured_queries)
