"""What is contested of a company is told on its page, in words and without a name."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from companies.models import Company, Dispute
from tests import make
from web import views

pytestmark = pytest.mark.django_db


def page(client: Client, of: Company) -> str:
    """Return the text of a company's page, in English."""
    answer = client.get(f"/companies/{of.pk}?lang=en")
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def test_an_open_dispute_is_told_with_the_day_of_its_answer(client: Client) -> None:
    company = make.company()
    author = User.objects.create_user("zoe-the-author")
    make.dispute(make.fact(company, "employees", "58"), opened_by=author)

    text = page(client, company)

    assert '<a href="#disputes">Which ones</a>' in text
    part = text.partition('id="disputes"')[2]
    assert "<dt>Number of employees</dt>" in part
    assert "Wrong — waiting for the company’s answer, 15 days left" in part
    assert "Opened on" in part
    assert "To be answered by" in part
    # Neither who says so, nor what was written in confidence.
    assert "zoe-the-author" not in text
    assert "Le chiffre de l’an dernier." not in text


def test_what_was_not_answered_in_time_is_told_so(client: Client) -> None:
    company = make.company()
    dispute = make.dispute(make.fact(company, "employees", "58"))
    late = timezone.localdate() - timedelta(days=2)
    Dispute.objects.filter(pk=dispute.pk).update(due_on=late)

    part = page(client, company).partition('id="disputes"')[2]

    assert "unanswered since" in part
    assert "To be answered by" not in part


def test_settled_ones_stay_with_the_answer_which_is_never_run(client: Client) -> None:
    company = make.company()
    dispute = make.dispute(make.fact(company, "employees", "58"), "outdated")
    now = timezone.now()
    Dispute.objects.filter(pk=dispute.pk).update(
        state="rejected",
        answer="Counted again.<script>",
        answered_at=now,
        decision="The payroll says 58.",
        decided_at=now,
        settled_at=now,
    )

    answer = client.get(f"/companies/{company.pk}?lang=en").content.decode()
    part = page(client, company).partition('id="disputes"')[2]

    assert "Out of date — rejected: the statement stands" in part
    assert "The company’s answer of" in part
    assert "Counted again." in part
    assert "The payroll says 58." in part
    assert "Settled on" in part
    assert "<script>" not in answer
    assert '<strong class="state state-disputed">disputed' not in part.split("</dl>")[0]


def test_a_company_without_a_dispute_has_no_such_part(client: Client) -> None:
    company, other = make.company(), make.company("Autre")
    make.dispute(make.fact(other, "employees", "58"))

    assert "What is disputed" not in page(client, company)


def test_many_disputes_are_not_all_on_the_page(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "SHOWN_DISPUTES", 1)
    company = make.company()
    make.dispute(make.fact(company, "employees", "58"))
    assert "Earlier ones" not in page(client, company)
    make.dispute(make.fact(company, "legal_form", "SAS"))

    text = page(client, company)

    assert "Earlier ones" in text
    assert "<dt>Legal form</dt>" in text.partition('id="disputes"')[2]
    assert (
        "Number of employees"
        not in text.partition('id="disputes"')[2].split("</dl>")[0]
    )


def test_on_its_own_page_a_company_is_no_producer(client: Client) -> None:
    company = make.company("Filature")
    make.fact(company, "employees", "58")

    text = page(client, company)

    assert "declared by the company Filature" in text
    assert "the producer" not in text
