"""The pages of webhook addresses: owners run them, members read, strangers nothing."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from checkout import notifying
from checkout.models import Endpoint, EndpointKey, Outcome, Terminal
from common import outgoing
from companies.models import Act, Company
from tests import make
from tests.checkout.webhooks.conftest import Till

pytestmark = pytest.mark.django_db

LIST = reverse("admin:checkout_endpoint_changelist")
ADD = reverse("admin:checkout_endpoint_add")
OUTCOMES = reverse("admin:checkout_outcome_changelist")
ATTEMPTS = reverse("admin:checkout_webhookattempt_changelist")


def desk(of: Company, role: str = "owner", *, second_factor: bool = True) -> Client:
    """Return the browser of a member."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(make.member(of, role))
    return make.second_factor(client) if second_factor else client


def act(browser: Client, page: str, action: str, *rows: Any) -> Any:
    """Choose rows of a list and do something with them."""
    chosen = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return browser.post(page, chosen, follow=True)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every name be known, and return which were looked up."""
    looked_up: list[str] = []
    monkeypatch.setattr(
        outgoing, "check_url", lambda url, **_limits: looked_up.append(url)
    )
    return looked_up


def asked(company: Company, kind: str = "v1a", **more: str) -> dict[str, Any]:
    """Return what the form sends."""
    return {
        "company": str(company.pk),
        "url": "https://hooks.example/a",
        "kind": kind,
        "keys-TOTAL_FORMS": "0",
        "keys-INITIAL_FORMS": "0",
        **more,
    }


@pytest.mark.parametrize(("kind", "prefix"), [("v1a", "whpk_"), ("v1", "whsec_")])
def test_an_owner_adds_an_address_and_is_shown_its_key(
    known: list[str], kind: str, prefix: str
) -> None:
    company = make.company()
    browser = desk(company)

    answer = browser.post(ADD, asked(company, kind))

    (shown,) = re.findall(rf"{prefix}[\w+/=]+", answer.content.decode())
    key = EndpointKey.objects.get()
    assert shown in {key.public_key, key.secret}
    assert "no-store" in answer["Cache-Control"]
    assert known == ["https://hooks.example/a"]
    kept = repr([*LogEntry.objects.values(), *Act.objects.values()])
    page = reverse("admin:checkout_endpoint_change", args=[key.endpoint_id])
    body = browser.get(page).content.decode()
    assert "https://hooks.example/a" in body
    assert key.secret not in kept + body + browser.get(LIST).content.decode()
    assert (key.public_key in body) is (kind == "v1a") or kind == "v1"


def test_an_address_that_cannot_be_told_anything_is_refused_on_the_page() -> None:
    company = make.company()

    answer = desk(company).post(ADD, asked(company, url="https://127.0.0.1/a"))

    assert "This name leads to an address that is not public." in (
        answer.content.decode()
    )
    assert not Endpoint.objects.exists()


def test_nobody_s_name_is_looked_up_for_a_stranger_or_without_a_second_factor(
    known: list[str],
) -> None:
    company = make.company()

    viewer = desk(company, "editor").post(ADD, asked(company))
    hasty = desk(company, second_factor=False).post(ADD, asked(company))

    assert viewer.status_code == 403
    assert hasty["Location"] == reverse("second_factor")
    assert known == []
    assert not Endpoint.objects.exists()


def test_an_owner_attaches_terminals(till: Till) -> None:
    other = make.terminal(till.company, "Caisse 2").terminal
    stranger = make.terminal(make.company("Étrangère"), "Caisse 9").terminal
    page = reverse("admin:checkout_endpoint_change", args=[till.endpoint.pk])
    browser = desk(till.company)

    shown = browser.get(page).content.decode()
    answer = browser.post(
        page,
        {"attached": [other.pk], "keys-TOTAL_FORMS": "0", "keys-INITIAL_FORMS": "0"},
    )

    assert answer.status_code == 302
    assert "Caisse 2" in shown
    assert "Caisse 9" not in shown
    assert list(Terminal.objects.filter(endpoint=till.endpoint)) == [other]
    refused = browser.post(page, {"attached": [stranger.pk]})
    assert "Select a valid choice" in refused.content.decode()


def test_an_owner_replaces_disables_and_enables(till: Till) -> None:
    browser = desk(till.company)

    pair = act(browser, LIST, "replace_pair", till.endpoint)
    secret = act(browser, LIST, "replace_secret", till.endpoint)
    act(browser, LIST, "disable", till.endpoint)
    assert not Endpoint.objects.get().is_enabled
    assert "by an owner" in browser.get(LIST).content.decode()
    act(browser, LIST, "enable", till.endpoint)

    assert b"whpk_" in pair.content
    assert b"whsec_" in secret.content
    assert Endpoint.objects.get().is_enabled
    assert till.endpoint.keys.active().count() == 3


@pytest.mark.parametrize(("status", "sentence"), [(200, "answered 200"), (500, "500")])
def test_an_owner_sends_a_test_and_reads_what_came_of_it(
    till: Till, status: int, sentence: str
) -> None:
    till.server.status, till.server.body = status, b"<b>thanks</b>"

    answer = act(desk(till.company), LIST, "send_test", till.endpoint)

    body = answer.content.decode()
    assert sentence in body
    assert "&lt;b&gt;thanks&lt;/b&gt;" in body
    assert till.proven(till.given.secret)
    again = act(desk(till.company), LIST, "send_test", till.endpoint)
    assert "tested a moment ago" in again.content.decode()


def test_a_test_without_an_answer_says_so(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "allowed_private", frozenset())
    Endpoint.objects.update(url="https://127.0.0.1/")

    answer = act(desk(till.company), LIST, "send_test", till.endpoint)

    assert "no answer (private_address" in answer.content.decode()


ACTIONS = ["send_test", "replace_pair", "replace_secret", "enable", "disable"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", ["editor", "viewer", "stranger"])
def test_nobody_else_does_any_of_it(till: Till, action: str, role: str) -> None:
    of = make.company("Étrangère") if role == "stranger" else till.company
    before = [*Endpoint.objects.values(), *EndpointKey.objects.values()]

    act(desk(of, "owner" if role == "stranger" else role), LIST, action, till.endpoint)

    assert [*Endpoint.objects.values(), *EndpointKey.objects.values()] == before
    assert till.server.asked == []


@pytest.mark.parametrize("action", ACTIONS)
def test_each_asks_for_a_second_factor(till: Till, action: str) -> None:
    browser = desk(till.company, second_factor=False)

    act(browser, LIST, action, till.endpoint)

    assert Endpoint.objects.get().is_enabled
    assert EndpointKey.objects.count() == 1
    assert till.server.asked == []


def test_what_was_given_up_is_shown_with_its_reason_and_sent_again(
    till: Till,
) -> None:
    till.server.status, till.server.body = 410, b"no such till"
    notifying.notify(till.claimed())
    browser = desk(till.company)

    listed = browser.get(OUTCOMES, {"state__exact": "dead"}).content.decode()
    attempts = browser.get(ATTEMPTS).content.decode()
    outcome = Outcome.objects.get()
    page = browser.get(reverse("admin:checkout_outcome_change", args=[outcome.pk]))
    refused = act(browser, OUTCOMES, "send_again", outcome)
    Endpoint.objects.update(is_enabled=True)
    done = act(browser, OUTCOMES, "send_again", outcome)

    assert "status_410" in listed
    assert "status_410" in attempts
    assert "no such till" in page.content.decode()
    assert "Enable it first" in refused.content.decode()
    assert "1 outcome is sent again." in done.content.decode()
    assert Outcome.objects.get().state == "open"


def test_a_stranger_reads_no_outcome_and_no_attempt(till: Till) -> None:
    notifying.notify(till.claimed())
    browser = desk(make.company("Étrangère"))
    outcome = Outcome.objects.get()

    for page in (OUTCOMES, ATTEMPTS, LIST):
        body = browser.get(page).content.decode()
        assert outcome.pk not in body
        assert till.endpoint.url not in body
    act(browser, OUTCOMES, "send_again", outcome)
    assert Outcome.objects.get().state == "done"


def test_outcomes_that_nobody_was_to_be_told_are_not_listed(till: Till) -> None:
    Terminal.objects.update(endpoint=None)
    outcome = till.ended()

    assert outcome.pk not in desk(till.company).get(OUTCOMES).content.decode()
