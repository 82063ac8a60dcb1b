"""Stating and correcting facts in the admin: each saving adds a statement."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies.levels import Level, SourceKind
from companies.models import Company, Statement
from companies.services import Source
from tests import make

pytestmark = pytest.mark.django_db

ADD = reverse("admin:companies_statement_add")
LIST = reverse("admin:companies_statement_changelist")


def signed_in(user: User) -> Client:
    """Return a browser in which `user` is signed in, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def form(**members: Any) -> dict[str, Any]:
    """Return the form of a statement as a browser sends it."""
    return {
        "status": "known",
        "value": "",
        "level": "declared",
        "unit": "",
        "source_url": "",
        **members,
    }


def change(statement: Statement) -> str:
    """Return the address at which a statement is corrected."""
    return reverse("admin:companies_statement_change", args=[statement.pk])


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


@pytest.fixture
def browser(company: Company) -> Client:
    """Return the browser of an editor of the company."""
    return signed_in(make.member(company, role="editor"))


def test_a_fact_is_chosen_by_its_label_and_stated(
    browser: Client, company: Company
) -> None:
    page = browser.get(ADD, {"fact": "employees"}).content.decode()
    answer = browser.post(
        ADD, form(company=str(company.pk), fact="employees", value="47,5")
    )

    assert '<option value="employees" selected>Number of employees</option>' in page
    assert answer["Location"] == LIST
    statement = Statement.objects.get()
    assert (statement.value, statement.level) == ("47.5", "declared")
    assert (statement.source_kind, statement.source_name) == ("producer", "Filature")
    assert statement.author == User.objects.get()


def test_a_correction_opens_with_the_present_value_and_adds_a_statement(
    browser: Client, company: Company
) -> None:
    old = make.fact(company, "employees", "47")

    page = browser.get(change(old)).content.decode()
    answer = browser.post(change(old), form(value="52"), follow=True)

    assert ">47</textarea>" in page
    new = Statement.objects.current().get()
    assert (new.value, new.supersedes) == ("52", old)
    old.refresh_from_db()
    assert old.value == "47"
    text = answer.content.decode()
    assert "“Number of employees” is recorded." in text
    assert "once they are published" in text
    assert LogEntry.objects.get().object_id == str(new.pk)


def test_correcting_what_expired_does_not_expire_at_once(
    browser: Client, company: Company
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    tomorrow = timezone.localdate() + timedelta(days=1)
    ended = make.fact(
        company, "employees", "47", source=Source("producer", valid_until=yesterday)
    )
    valid = make.fact(
        company, "legal_form", "SAS", source=Source("producer", valid_until=tomorrow)
    )

    assert str(yesterday) not in browser.get(change(ended)).content.decode()
    assert str(tomorrow) in browser.get(change(valid)).content.decode()


def test_a_list_is_typed_as_json_and_decimals_stay_exact(
    browser: Client, company: Company
) -> None:
    sites = '[{"name": "Ambert", "latitude": 45.55}]'

    browser.post(ADD, form(company=str(company.pk), fact="sites", value=sites))

    statement = Statement.objects.get()
    assert statement.value == [{"name": "Ambert", "latitude": "45.55"}]
    assert "45.55" in browser.get(change(statement)).content.decode()


@pytest.mark.parametrize(
    ("fact", "members", "error"),
    [
        ("employees", {"value": "many"}, "This is not a number."),
        ("national_id", {"value": "123456789"}, "check digits of this number"),
        ("employees", {"value": ""}, "Give the value, or choose another status."),
        ("sites", {"value": "[1,"}, "This JSON cannot be read: line 1, column 4."),
        ("sites", {"value": "[]"}, "not a list with at least one entry"),
        (
            "employees",
            {"value": "1", "level": "evidenced"},
            "Attach the document that shows it.",
        ),
        (
            "employees",
            {"value": "1", "level": "cross_checked"},
            "Select a valid choice.",
        ),
        (
            "employees",
            {
                "value": "1",
                "observed_at_0": "2999-01-01",
                "observed_at_1": "10:00",
            },
            "This is in the future.",
        ),
        (
            "employees",
            {"status": "withheld"},
            "Say why this value is not published.",
        ),
        ("no_such_fact", {"value": "1"}, "Select a valid choice."),
        ("employee_satisfaction", {"value": "99"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_recorded_is_an_error_of_the_form(
    browser: Client,
    company: Company,
    fact: str,
    members: dict[str, str],
    error: str,
) -> None:
    answer = browser.post(ADD, form(company=str(company.pk), fact=fact, **members))

    assert answer.status_code == 200
    assert error in answer.content.decode()
    assert not Statement.objects.exists()


def test_a_fact_may_be_stated_to_be_absent(browser: Client, company: Company) -> None:
    browser.post(
        ADD,
        form(company=str(company.pk), fact="convictions", status="none", value="3"),
    )

    assert Statement.objects.get().value is None


def test_a_value_is_withheld_with_its_reason(browser: Client, company: Company) -> None:
    browser.post(
        ADD,
        form(
            company=str(company.pk),
            fact="payment_delay",
            status="withheld",
            note="Under audit.",
        ),
    )

    assert Statement.objects.get().note == "Under audit."


def test_a_value_that_somebody_corrected_meanwhile_is_not_overwritten(
    browser: Client, company: Company
) -> None:
    seen = make.fact(company, "employees", "47")
    newer = make.fact(company, "employees", "48", corrects=seen)

    answer = browser.post(change(seen), form(value="52"))

    assert "Somebody corrected this fact meanwhile." in answer.content.decode()
    assert Statement.objects.current().get() == newer


def test_an_old_statement_leads_to_what_replaced_it(
    browser: Client, company: Company
) -> None:
    seen = make.fact(company, "employees", "47")
    newer = make.fact(company, "employees", "48", corrects=seen)

    answer = browser.get(change(seen), follow=True)

    assert answer.redirect_chain == [(change(newer), 302)]
    assert "was corrected meanwhile" in answer.content.decode()


def test_a_member_cannot_claim_more_by_sending_more_fields(
    browser: Client, company: Company
) -> None:
    browser.post(
        ADD,
        form(
            company=str(company.pk),
            fact="employees",
            value="47",
            source_kind="register",
            source_name="SIRENE",
        ),
    )

    statement = Statement.objects.get()
    assert (statement.source_kind, statement.source_name) == ("producer", "Filature")


def test_what_a_register_said_is_not_the_member_s_to_correct(
    browser: Client, company: Company
) -> None:
    source = Source(SourceKind.REGISTER, "SIRENE", level=Level.CROSS_CHECKED)
    said = make.fact(company, "employees", "47", source=source)

    assert browser.post(change(said), form(value="52")).status_code == 403
    browser.post(ADD, form(company=str(company.pk), fact="employees", value="52"))

    assert {one.value for one in Statement.objects.current()} == {"47", "52"}


def test_a_dispute_is_not_lifted_by_stating_again(
    browser: Client, company: Company
) -> None:
    disputed = Source(name="Filature", is_disputed=True)
    said = make.fact(company, "employees", "47", source=disputed)

    browser.post(change(said), form(value="47"))
    browser.post(ADD, form(company=str(company.pk), fact="employees", value="47"))

    assert Statement.objects.current().get().is_disputed


def test_the_operator_records_what_a_register_said(
    admin_client: Client, company: Company
) -> None:
    admin_client.post(
        ADD,
        form(
            company=str(company.pk),
            fact="employees",
            value="47",
            level="cross_checked",
            source_kind="register",
            source_name="SIRENE",
        ),
    )

    statement = Statement.objects.get()
    assert (statement.level, statement.source_name) == ("cross_checked", "SIRENE")


def test_the_list_shows_what_is_current_and_filters_by_fact(
    browser: Client, company: Company
) -> None:
    seen = make.fact(company, "employees", "1047")
    make.fact(company, "employees", "1048", corrects=seen)
    make.fact(company, "legal_name", "Filature SAS")

    everything = browser.get(LIST).content.decode()
    filtered = browser.get(LIST, {"fact": "employees"}).content.decode()

    assert "1,047" not in everything
    assert "1,048" in everything
    assert "Filature SAS" in everything
    assert "Filature SAS" not in filtered


def test_the_company_s_page_is_a_list_of_things_to_do(
    browser: Client, company: Company
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    expired = Source(name="Filature", valid_until=yesterday)
    number = make.fact(company, "employees", "47", source=expired)
    register = Source(SourceKind.REGISTER, "SIRENE", level=Level.CROSS_CHECKED)
    make.fact(company, "legal_name", "Filature SAS", source=register)
    make.rate(company, 64)

    page = browser.get(reverse("admin:companies_company_change", args=[company.pk]))
    text = page.content.decode()

    assert "To do — incomplete civil status (1/11)" in text
    todo = text[text.index('class="lines todo"') :].split("</ul>")[0]
    assert "Number of employees (expired)" in todo
    assert "Legal name" not in todo
    assert change(number) in text
    # A register's word stays; the company states its own beside.
    assert f"{ADD}?company={company.pk}&amp;fact=legal_name" in text
    assert "fact=employee_satisfaction" not in text
    assert "64 % of 41 answers" in text


def test_a_viewer_s_page_has_no_link_to_correct(company: Company) -> None:
    number = make.fact(company, "employees", "47")
    browser = signed_in(make.member(company, role="viewer"))

    page = browser.get(reverse("admin:companies_company_change", args=[company.pk]))

    assert change(number) not in page.content.decode()


def test_who_signed_in_with_a_password_alone_is_asked_before_typing(
    company: Company,
) -> None:
    browser = Client()
    browser.force_login(make.member(company, role="editor"))
    statement = make.fact(company, "employees", "47")

    for address in (f"{ADD}?fact=employees", change(statement)):
        answer = browser.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("second_factor"))
    browser.post(ADD, form(company=str(company.pk), fact="employees", value="1"))

    assert Statement.objects.count() == 1


def test_a_founding_day_is_typed_as_french_people_write_it(
    browser: Client, company: Company
) -> None:
    sent = form(company=company.pk, fact="founded_on", value="14/03/1987")

    browser.post(ADD, sent, headers={"Accept-Language": "fr"})

    assert Statement.objects.get().value == "1987-03-14"


def test_a_country_is_chosen_by_its_name_and_shown_by_it(
    browser: Client, company: Company
) -> None:
    page = browser.get(ADD, {"fact": "tax_residence"}).content.decode()
    assert '<option value="FR">France</option>' in page

    browser.post(ADD, form(company=company.pk, fact="tax_residence", value="FR"))

    assert "France" in browser.get(LIST).content.decode()


@pytest.mark.parametrize("fact", ["training_hours", "sites", "labels"])
def test_no_fact_is_asked_for_in_json(browser: Client, fact: str) -> None:
    assert "JSON" not in browser.get(ADD, {"fact": fact}).content.decode()


def test_a_score_reads_without_the_range_of_its_scale(
    browser: Client, company: Company
) -> None:
    make.fact(company, "enps", 32)

    page = browser.get(LIST).content.decode()

    assert "32" in page
    assert "-100..100" not in page
