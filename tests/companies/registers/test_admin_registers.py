"""The page of registers' answers: what it says, to whom, and asking again."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies import registers
from companies.models import Company, RegisterRecord
from companies.registers.sirene import SIRENE
from tests import make
from tests.companies.registers.answers import SIREN, Replies, recorded

pytestmark = pytest.mark.django_db
LIST = reverse("admin:companies_registerrecord_changelist")


def signed_in(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def company(replies: Replies) -> Company:
    """Return a company about which SIRENE has answered."""
    company = make.company("Ateliers")
    make.fact(company, "national_id", SIREN)
    registers.look()
    registers.ask_next(SIRENE)
    return company


def page_of(company: Company) -> str:
    record = RegisterRecord.objects.get(company=company)
    return reverse("admin:companies_registerrecord_change", args=[record.pk])


def ask_again(browser: Client, *rows: RegisterRecord) -> str:
    answer = browser.post(
        LIST,
        {"action": "ask_again", "_selected_action": [row.pk for row in rows]},
        follow=True,
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_member_reads_what_the_register_said(company: Company) -> None:
    browser = signed_in(make.member(company, role="viewer"))

    listed = browser.get(LIST).content.decode()
    shown = browser.get(page_of(company)).content.decode()

    assert "Annuaire des entreprises (SIRENE)" in listed
    assert "found" in listed
    for words in (
        "Legal name: ATELIERS DU TEST",
        "Active: yes",
        "99990005300011 (open)",
        "2024: 6,840,000.00",
        "Collective agreements (IDCC): 0018, 1044",
        f"https://annuaire-entreprises.data.gouv.fr/entreprise/{SIREN}",
    ):
        assert words in shown
    assert 'name="_save"' not in shown


def test_a_stranger_finds_nothing(company: Company) -> None:
    browser = signed_in(make.member(make.company("Étrangère")))

    assert "Ateliers" not in browser.get(LIST).content.decode()
    # The search itself is written on the page.
    searched = browser.get(LIST, {"q": SIREN}).content.decode()
    assert "Annuaire des entreprises" not in searched
    assert "ATELIERS" not in browser.get(page_of(company), follow=True).content.decode()
    RegisterRecord.objects.update(fetched_at=timezone.now() - timedelta(days=2))
    ask_again(browser, RegisterRecord.objects.get())
    assert RegisterRecord.objects.get().next_try_at > timezone.now()


def test_what_went_wrong_is_said_in_words(company: Company) -> None:
    browser = signed_in(make.member(company))
    texts = []
    for state, reason, is_wanted in (
        ("failed", "timeout", True),
        ("found", "status_418", True),
        ("absent", "", True),
        ("waiting", "", True),
        ("waiting", "", False),
    ):
        RegisterRecord.objects.update(state=state, reason=reason, is_wanted=is_wanted)
        texts.append(browser.get(LIST).content.decode())

    assert "the register did not answer: It took too long to answer." in texts[0]
    assert "found; asked again in vain: It did not answer as it should." in texts[1]
    assert "unknown to the register" in texts[2]
    assert "not asked yet" in texts[3]
    assert "not asked: no number that this register knows is stated" in texts[4]


def test_an_editor_asks_again_after_a_day(company: Company, replies: Replies) -> None:
    browser = signed_in(make.member(company, role="editor"))

    early = ask_again(browser, RegisterRecord.objects.get())
    RegisterRecord.objects.update(fetched_at=timezone.now() - timedelta(days=2))
    late = ask_again(browser, RegisterRecord.objects.get())

    assert "The registers answered less than a day ago." in early
    assert "1 register is asked again." in late
    assert RegisterRecord.objects.get().next_try_at <= timezone.now()


def test_a_viewer_is_offered_no_question(company: Company) -> None:
    RegisterRecord.objects.update(fetched_at=timezone.now() - timedelta(days=2))
    browser = signed_in(make.member(company, role="viewer"))

    assert "ask_again" not in browser.get(LIST).content.decode()
    ask_again(browser, RegisterRecord.objects.get())
    assert RegisterRecord.objects.get().next_try_at > timezone.now()


def test_the_operator_sees_every_company_and_edits_none(
    company: Company, replies: Replies, admin_client: Client
) -> None:
    replies.say("/search?q=999900012", 200, recorded("sirene_absent"))
    other = make.company("Autre")
    make.fact(other, "national_id", "999900012")
    registers.look()

    text = admin_client.get(LIST).content.decode()

    assert "Ateliers" in text
    assert "Autre" in text
    add = reverse("admin:companies_registerrecord_add")
    assert admin_client.get(add).status_code == 403
    assert admin_client.post(page_of(other), {"key": "1"}).status_code == 403
