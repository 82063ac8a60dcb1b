"""The home of the back office: what is to be done, for whom, and at what cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from companies.access import company_group
from companies.acts import note_act
from companies.models import CheckResult, Company, Dispute, ImportRun
from companies.services import Source
from scanning.models import DailyScans
from tests import make

pytestmark = pytest.mark.django_db

HOME = reverse("admin:index")


def signed_in(user: User) -> Client:
    """Return a browser in which `user` is signed in, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def shown(browser: Client, query: str = "") -> str:
    """Return the home page."""
    return browser.get(f"{HOME}{query}").content.decode()


def dispute(of: Company, **columns: Any) -> Dispute:
    """Contest a fact of a company."""
    said = make.fact(of, "employees", "47")
    return Dispute.objects.create(
        company=of,
        statement=said,
        fact="employees",
        kind="wrong",
        text="Not so.",
        due_on=columns.pop("due_on", timezone.localdate() + timedelta(days=4)),
        **columns,
    )


def test_what_is_missing_expired_or_about_to_expire_is_to_be_done() -> None:
    company, today = make.company(), timezone.localdate()
    for fact, value, days in (
        ("legal_name", "Filature SAS", 59),
        ("legal_form", "SAS", 61),
        ("employees", "47", -1),
    ):
        until = today + timedelta(days=days)
        make.fact(company, fact, value, source=Source(valid_until=until))

    page = signed_in(make.member(company)).get(HOME)

    board = page.context["board"]
    todo = {row.key: why for row, why in board.to_do}
    assert todo["legal_name"] == "expires in 59 days"
    assert "legal_form" not in todo
    assert "expired" in todo["employees"]
    assert todo["national_id"] == "missing"
    assert "lei" not in todo
    add = reverse("admin:companies_statement_add")
    assert f"{add}?company={company.pk}&amp;fact=national_id" in page.content.decode()


def test_a_viewer_is_led_nowhere_to_change() -> None:
    company = make.company()

    page = shown(signed_in(make.member(company, "viewer")))

    assert "you may read, not change" in page
    assert f"{reverse('admin:companies_statement_add')}?" not in page


def test_disputes_checks_imports_and_acts_are_there() -> None:
    company = make.company()
    late = dispute(company, due_on=timezone.localdate() - timedelta(days=2))
    CheckResult.objects.create(
        company=company,
        statement=late.statement,
        fact="turnover",
        rule="r",
        version=1,
        outcome="disagree",
        text_fr="Non.",
        text_en="The accounts say otherwise.",
    )
    ImportRun.objects.create(
        company=company, name="facts.csv", sha256="0" * 64, size=1, state="checked"
    )
    note_act(company=company, actor=None, kind="invitation.sent", subject="viewer")

    page = shown(signed_in(make.member(company)))

    assert "2 days late" in page
    assert "The accounts say otherwise." in page
    assert "facts.csv" in page
    assert "invited somebody" in page


def test_small_counts_of_scans_are_left_out() -> None:
    company = make.company()
    product = make.product(of=company)
    yesterday = timezone.localdate() - timedelta(days=1)
    DailyScans.objects.create(gtin=product.pk, day=yesterday, count=4711)
    DailyScans.objects.create(
        gtin=product.pk, day=yesterday - timedelta(days=1), count=3
    )

    page = shown(signed_in(make.member(company)))

    assert "4,711" in page
    assert "4,714" not in page
    assert "1 line below 5 is left out" in page


def test_who_has_several_companies_chooses() -> None:
    first, second = make.company("Aciérie"), make.company("Zinguerie")
    user = make.member(first)
    second.memberships.create(user=user, role="viewer")
    stranger = make.company("Étrangère")
    browser = signed_in(user)

    assert browser.get(HOME).context["board"].company == first
    chosen = browser.get(HOME, {"company": str(second.pk)})
    assert chosen.context["board"].company == second
    other = browser.get(HOME, {"company": str(stranger.pk)})
    assert other.context["board"].company == first
    assert "Étrangère" not in other.content.decode()


def test_staff_without_a_company_is_told_how_to_get_one() -> None:
    make.company("Filature")
    user = User.objects.create_user("nobody", is_staff=True)
    user.groups.add(company_group())

    page = shown(signed_in(user))

    assert "You do not act for any company yet" in page
    assert "Filature" not in page


def test_a_verifier_is_led_to_what_waits_for_its_opinion() -> None:
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(make.verifier("turnover").user)

    page = browser.get(HOME).content.decode()

    at = page.index("You verify what companies state")
    assert reverse("admin:companies_statementtoverify_changelist") in page[at:]
    assert "You do not act for any company yet" not in page


def test_an_operator_sees_totals_and_what_waits(admin_client: Client) -> None:
    company = make.company("Filature")
    dispute(company, due_on=timezone.localdate() - timedelta(days=2))

    answer = admin_client.get(HOME)

    cards = [card.figure for card in answer.context["operations"].cards]
    assert cards[:2] == ["1", "1"]
    assert answer.context["operations"].cards[1].is_urgent


def test_the_home_costs_the_same_queries_however_much_there_is() -> None:
    small, large = make.company("Petite"), make.company("Grande")
    for number in range(6):
        note_act(company=large, actor=None, kind="member.role", subject=str(number))
        make.product(of=large)
    dispute(large)
    for fact, value in (("legal_name", "G SAS"), ("legal_form", "SAS")):
        make.fact(large, fact, value)
    make.fact(small, "employees", "47")
    costs = []

    for company in (small, large):
        browser = signed_in(make.member(company))
        shown(browser)
        with CaptureQueriesContext(connection) as queries:
            shown(browser)
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[1] < 45
