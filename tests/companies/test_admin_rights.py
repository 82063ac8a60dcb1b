"""Who enters the admin, and what of it: the member, the viewer, the stranger."""

import pytest
from django.contrib.auth.models import User
from django.core.management.sql import emit_post_migrate_signal
from django.test import Client
from django.urls import reverse

from companies.access import admit, company_group
from companies.models import Company, Membership, SatisfactionRate, Statement
from tests import make

pytestmark = pytest.mark.django_db

STATEMENTS = reverse("admin:companies_statement_changelist")


def signed_in(user: User) -> Client:
    """Return a browser in which `user` is signed in, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def test_the_group_has_exactly_what_members_need() -> None:
    expected = {
        "companies.add_apikey",
        "companies.view_apikey",
        "companies.add_issuedcredential",
        "companies.view_issuedcredential",
        "companies.add_domainproof",
        "companies.view_domainproof",
        "companies.add_importrun",
        "companies.add_invitation",
        "companies.view_importrun",
        "companies.view_invitation",
        "companies.change_membership",
        "companies.delete_membership",
        "companies.view_membership",
        *(f"companies.{action}_dispute" for action in ("view", "add", "change")),
        *(f"shoppers.{action}_frontoffice" for action in ("view", "add", "change")),
        *(f"checkout.{action}_endpoint" for action in ("view", "add", "change")),
        "checkout.view_endpointkey",
        *(f"checkout.{action}_terminal" for action in ("view", "add", "change")),
        "checkout.view_terminalkey",
        "checkout.view_outcome",
        "checkout.view_paymentprompt",
        "checkout.view_webhookattempt",
        "companies.add_statement",
        "companies.change_statement",
        "companies.view_act",
        "companies.view_checkresult",
        "companies.view_company",
        "companies.view_credential",
        "companies.view_verification",
        *(f"companies.{action}_evidence" for action in ("view", "add", "change")),
        "companies.view_registerrecord",
        "companies.view_satisfactionrate",
        "companies.view_statement",
        "products.add_capture",
        *(
            f"products.{action}_picture"
            for action in ("view", "add", "change", "delete")
        ),
        *(f"products.{action}_notice" for action in ("view", "add", "change")),
        *(f"products.{action}_replacement" for action in ("view", "add")),
        "products.add_family",
        "products.add_place",
        *(f"products.{action}_offering" for action in ("view", "add", "change")),
        "products.add_product",
        "products.add_productimport",
        "products.add_statement",
        "products.add_stock",
        "products.change_family",
        "products.change_place",
        "products.change_product",
        "products.change_statement",
        "products.change_stock",
        "products.view_capture",
        "products.view_event",
        "products.view_family",
        "products.view_place",
        "products.view_product",
        "products.view_productimport",
        "products.view_sheet",
        "products.view_statement",
        "products.view_stock",
        *(
            f"scanning.{action}_{model}"
            for action in ("view", "add", "change")
            for model in (
                "anchor",
                "chain",
                "instorenumber",
                "link",
                "numberlayout",
                "store",
            )
        ),
        "scanning.add_labelrun",
        "scanning.view_labelrun",
        "scanning.change_unknowncode",
        "scanning.view_dailyscans",
        "scanning.view_unknowncode",
    }

    permissions = company_group().permissions.select_related("content_type")

    found = {f"{one.content_type.app_label}.{one.codename}" for one in permissions}
    assert found == expected


def test_admitting_again_changes_the_role_only() -> None:
    company, user = make.company(), User.objects.create_user("ada")

    admit(user=user, company=company, role="viewer")
    admit(user=user, company=company, role="editor")

    assert [one.role for one in Membership.objects.filter(user=user)] == ["editor"]
    assert user.is_staff
    assert user.groups.get() == company_group()


def test_a_membership_made_in_the_admin_opens_it(admin_client: Client) -> None:
    company, user = make.company(), User.objects.create_user("ada")

    make.second_factor(admin_client).post(
        reverse("admin:companies_membership_add"),
        {"user": user.pk, "company": str(company.pk), "role": "editor"},
    )

    user.refresh_from_db()
    assert user.is_staff
    assert signed_in(user).get(STATEMENTS).status_code == 200


def test_members_see_their_company_only() -> None:
    own, other = make.company("Filature"), make.company("Étrangère")
    make.fact(own, "employees", "47")
    make.fact(other, "employees", "4711")
    browser = signed_in(make.member(own))

    companies = browser.get(reverse("admin:companies_company_changelist"))
    statements = browser.get(STATEMENTS)
    searched = browser.get(STATEMENTS, {"q": "Étrangère"})

    assert "Filature" in companies.content.decode()
    assert "Étrangère" not in companies.content.decode()
    assert "4,711" not in statements.content.decode()
    assert "Étrangère" not in statements.content.decode()
    assert "4,711" not in searched.content.decode()


def test_a_stranger_s_address_leads_nowhere() -> None:
    statement = make.fact(make.company("Filature"), "employees", "47")
    browser = signed_in(make.member(make.company("Étrangère")))
    pages = [
        reverse("admin:companies_statement_change", args=[statement.pk]),
        reverse("admin:companies_statement_history", args=[statement.pk]),
        reverse("admin:companies_statement_delete", args=[statement.pk]),
        reverse("admin:companies_company_change", args=[statement.company_id]),
        reverse("admin:companies_company_history", args=[statement.company_id]),
    ]

    for page in pages:
        assert browser.get(page).status_code in {302, 403}
        assert browser.post(page, {"value": "1"}).status_code in {302, 403}

    assert Statement.objects.count() == 1


def test_a_stranger_cannot_state_anything_of_another_company() -> None:
    company = make.company("Filature")
    browser = signed_in(make.member(make.company("Étrangère")))

    answer = browser.post(
        reverse("admin:companies_statement_add"),
        {
            "company": str(company.pk),
            "fact": "employees",
            "status": "known",
            "value": "1",
            "level": "declared",
        },
    )

    assert "Select a valid choice" in answer.content.decode()
    assert "Filature" not in answer.content.decode()
    assert not Statement.objects.exists()


def test_a_viewer_reads_and_changes_nothing() -> None:
    company = make.company("Filature")
    statement = make.fact(company, "employees", "47")
    browser = signed_in(make.member(company, role="viewer"))
    page = reverse("admin:companies_statement_change", args=[statement.pk])

    assert browser.get(page).status_code == 200
    assert browser.post(page, {"value": "1"}).status_code == 403
    assert browser.get(reverse("admin:companies_statement_add")).status_code == 403
    assert Statement.objects.count() == 1


def test_staff_without_membership_see_nothing() -> None:
    make.fact(make.company("Filature"), "employees", "47")
    user = User.objects.create_user("nobody", is_staff=True)
    user.groups.add(company_group())

    answer = signed_in(user).get(STATEMENTS)

    assert "Filature" not in answer.content.decode()


def test_autocomplete_offers_own_companies_only(admin_client: Client) -> None:
    own, other = make.company("Filature"), make.company("Étrangère")
    query = {
        "app_label": "companies",
        "model_name": "satisfactionrate",
        "field_name": "company",
        "term": "",
    }
    address = reverse("admin:autocomplete")

    mine = signed_in(make.member(own)).get(address, query).json()["results"]
    everyone = admin_client.get(address, query).json()["results"]

    assert [one["text"] for one in mine] == ["Filature"]
    assert {one["id"] for one in everyone} == {str(own.pk), str(other.pk)}


def test_nobody_deletes_a_statement(admin_client: Client) -> None:
    statement = make.fact(make.company(), "employees", "47")

    page = reverse("admin:companies_statement_delete", args=[statement.pk])
    selected = {"action": "delete_selected", "_selected_action": [statement.pk]}

    assert admin_client.post(page, {"post": "yes"}).status_code == 403
    admin_client.post(STATEMENTS, {**selected, "post": "yes"})
    assert Statement.objects.count() == 1


def test_members_read_the_satisfaction_rate_and_do_not_write_it() -> None:
    company = make.company()
    rate = make.rate(company, 64)
    browser = signed_in(make.member(company))

    page = reverse("admin:companies_satisfactionrate_change", args=[rate.pk])
    listed = browser.get(reverse("admin:companies_satisfactionrate_changelist"))

    assert "64" in listed.content.decode()
    assert browser.post(page, {"percent": "99"}).status_code == 403
    add = reverse("admin:companies_satisfactionrate_add")
    assert browser.get(add).status_code == 403
    assert SatisfactionRate.objects.get().percent == 64


def test_the_operator_adds_a_rate(admin_client: Client) -> None:
    company = make.company()

    admin_client.post(
        reverse("admin:companies_satisfactionrate_add"),
        {
            "company": str(company.pk),
            "percent": "71",
            "answers": "20",
            "invited": "30",
            "measured_on": "2026-01-01",
            "source_kind": "certifier",
            "source_name": "Institut",
            "level": "third_party_verified",
        },
    )

    assert SatisfactionRate.objects.get().percent == 71


def test_a_member_cannot_rename_the_company_or_say_it_is_real() -> None:
    company = make.company("Filature", is_fictitious=True)
    browser = signed_in(make.member(company))

    page = reverse("admin:companies_company_change", args=[company.pk])
    answer = browser.post(page, {"name": "Autre"})

    assert answer.status_code == 403
    assert Company.objects.get() == company
    assert Company.objects.get().name == "Filature"


def test_a_migration_brings_the_permissions_of_new_models_to_members() -> None:
    user = make.member(make.company())
    group = user.groups.get()
    wanted = set(group.permissions.all())
    group.permissions.clear()

    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")

    assert set(group.permissions.all()) == wanted
