"""The page of a company's terminals: owners run them, members see them, nobody else."""

import base64
import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from checkout.models import Terminal, TerminalKey
from companies.models import Act, Company
from tests import make

pytestmark = pytest.mark.django_db

LIST = reverse("admin:checkout_terminal_changelist")
ADD = reverse("admin:checkout_terminal_add")
PUBLIC_KEY = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


def desk(of: Company, role: str = "owner", *, second_factor: bool = True) -> Client:
    """Return the browser of a member."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(make.member(of, role))
    return make.second_factor(client) if second_factor else client


def page_of(terminal: Terminal) -> str:
    return reverse("admin:checkout_terminal_change", args=[terminal.pk])


def asked(company: Company) -> dict[str, Any]:
    return {"company": str(company.pk), "label": "Caisse 2", **no_rows()}


def no_rows() -> dict[str, str]:
    """Return what the form sends of the list of keys, which nobody edits."""
    return {"keys-TOTAL_FORMS": "0", "keys-INITIAL_FORMS": "0"}


def chosen(action: str, terminal: Terminal, **more: str) -> dict[str, Any]:
    return {"action": action, "_selected_action": [str(terminal.pk)], **more}


def secrets_in(answer: Any) -> list[str]:
    """Return the secrets that a page shows."""
    return re.findall(r"whsec_[A-Za-z0-9+/]{43}=", answer.content.decode())


def test_an_owner_registers_a_terminal_and_sees_its_secret_once(
    company: Company,
) -> None:
    browser = desk(company)

    answer = browser.post(ADD, asked(company))

    (secret,) = secrets_in(answer)
    terminal = Terminal.objects.get()
    assert "no-store" in answer["Cache-Control"]
    assert str(terminal.pk) in answer.content.decode()
    assert terminal.proving_keys == [secret]
    for page in (LIST, page_of(terminal)):
        body = browser.get(page).content.decode()
        assert "Caisse 2" in body
        assert secret not in body


def test_neither_the_history_nor_the_log_nor_the_session_holds_a_secret(
    company: Company,
) -> None:
    browser = desk(company)

    (secret,) = secrets_in(browser.post(ADD, asked(company)))

    kept = [*LogEntry.objects.values(), *Act.objects.values()]
    assert Act.objects.get().kind == "terminal.registered"
    assert LogEntry.objects.exists()
    assert secret not in repr([kept, dict(browser.session)])


def test_the_admin_asks_for_a_second_factor(company: Company) -> None:
    terminal, _secret = make.terminal(company)
    browser = desk(company, second_factor=False)

    answers = [
        browser.post(ADD, asked(company)),
        browser.post(page_of(terminal), {"label": "Autre", **no_rows()}),
        browser.post(LIST, chosen("disable", terminal, post="yes")),
    ]

    assert {one["Location"] for one in answers} == {reverse("second_factor")}
    terminal.refresh_from_db()
    assert terminal.is_enabled
    assert terminal.label == "Caisse 1"
    assert Terminal.objects.count() == 1


@pytest.mark.parametrize(
    "action", ["replace_secret", "end_overlap", "enable", "disable"]
)
def test_an_action_asks_whether_it_is_meant(company: Company, action: str) -> None:
    terminal, secret = make.terminal(company)

    answer = desk(company).post(LIST, chosen(action, terminal))

    body = answer.content.decode()
    assert 'name="post" value="yes"' in body
    assert f'value="{action}"' in body
    assert "Caisse 1" in body
    terminal.refresh_from_db()
    assert terminal.is_enabled
    assert terminal.proving_keys == [secret]


def test_an_owner_replaces_a_secret_and_ends_the_overlap(company: Company) -> None:
    terminal, old = make.terminal(company)
    browser = desk(company)

    answer = browser.post(LIST, chosen("replace_secret", terminal, post="yes"))

    (new,) = secrets_in(answer)
    assert set(terminal.proving_keys) == {old, new}
    assert b"counts for a day more" in answer.content

    browser.post(LIST, chosen("end_overlap", terminal, post="yes"))

    assert terminal.proving_keys == [new]


def test_an_owner_disables_and_enables_a_terminal(company: Company) -> None:
    terminal, _secret = make.terminal(company)
    browser = desk(company)

    answer = browser.post(LIST, chosen("disable", terminal, post="yes"), follow=True)

    assert not Terminal.objects.filter(is_enabled=True).exists()
    assert b"1 terminal was changed." in answer.content

    browser.post(LIST, chosen("enable", terminal, post="yes"))

    assert Terminal.objects.filter(is_enabled=True).exists()
    kinds = set(Act.objects.values_list("kind", flat=True))
    assert {"terminal.disabled", "terminal.enabled"} <= kinds


def test_a_refusal_is_said_of_its_terminal(company: Company) -> None:
    terminal, _secret = make.terminal(company)
    browser = desk(company)
    for _ in range(2):
        browser.post(LIST, chosen("replace_secret", terminal, post="yes"))

    answer = browser.post(
        LIST, chosen("replace_secret", terminal, post="yes"), follow=True
    )

    assert not secrets_in(answer)
    assert b"Several earlier secrets still count." in answer.content


def test_an_owner_adds_a_public_key_and_takes_it_away(company: Company) -> None:
    terminal, secret = make.terminal(company)
    browser = desk(company)

    browser.post(
        page_of(terminal),
        {"label": "Caisse 1", "new_public_key": PUBLIC_KEY, **no_rows()},
    )

    key = terminal.keys.get(kind="v1a")
    assert set(terminal.proving_keys) == {secret, PUBLIC_KEY}
    assert PUBLIC_KEY in browser.get(page_of(terminal)).content.decode()
    assert "1 public key" in browser.get(LIST).content.decode()

    browser.post(
        page_of(terminal),
        {"label": "Caisse neuve", "taken_away": [str(key.pk)], **no_rows()},
    )

    terminal.refresh_from_db()
    assert terminal.label == "Caisse neuve"
    assert terminal.proving_keys == [secret]
    key.refresh_from_db()
    assert key.not_after is not None


def test_what_is_no_public_key_is_refused_on_the_form(company: Company) -> None:
    terminal, _secret = make.terminal(company)
    short = "whpk_" + base64.b64encode(bytes(31)).decode()

    answer = desk(company).post(
        page_of(terminal), {"label": "Autre", "new_public_key": short, **no_rows()}
    )

    assert b"the base64 of the 32 bytes of Ed25519" in answer.content
    terminal.refresh_from_db()
    assert terminal.label == "Caisse 1"
    assert not TerminalKey.objects.filter(kind="v1a").exists()


def test_the_page_says_when_it_was_last_seen_and_when_keys_count(
    company: Company,
) -> None:
    terminal, _secret = make.terminal(company)
    Terminal.objects.filter(pk=terminal.pk).update(last_seen_at=timezone.now())
    browser = desk(company)

    listed = browser.get(LIST).content.decode()
    shown = browser.get(page_of(terminal)).content.decode()

    year = str(timezone.localdate().year)
    assert "1 secret" in listed
    assert listed.count(year) >= 1
    assert "Counts from" in shown
    assert "Last seen" in shown


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_other_members_see_the_terminals_and_run_none(
    company: Company, role: str
) -> None:
    terminal, secret = make.terminal(company)
    browser = desk(company, role)

    assert "Caisse 1" in browser.get(LIST).content.decode()
    assert browser.get(page_of(terminal)).status_code == 200
    assert browser.post(ADD, asked(company)).status_code == 403
    assert browser.post(page_of(terminal), {"label": "X"}).status_code == 403
    for action in ("replace_secret", "disable"):
        browser.post(LIST, chosen(action, terminal, post="yes"))

    terminal.refresh_from_db()
    assert terminal.is_enabled
    assert terminal.proving_keys == [secret]


def test_a_stranger_neither_sees_nor_runs_terminals_of_another_company(
    company: Company,
) -> None:
    terminal, secret = make.terminal(company)
    stranger = desk(make.company("Étrangère"))

    assert "Caisse 1" not in stranger.get(LIST).content.decode()
    assert stranger.get(page_of(terminal)).status_code == 302
    stranger.post(ADD, asked(company))
    stranger.post(LIST, chosen("disable", terminal, post="yes"))

    assert Terminal.objects.get() == terminal
    terminal.refresh_from_db()
    assert terminal.is_enabled
    assert terminal.proving_keys == [secret]
