"""The webhook addresses of a company and their keys, by the services."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from checkout import notifying
from checkout.errors import (
    EndpointDisabled,
    PingTooSoon,
    TerminalOfAnother,
    TooManyEndpoints,
    WebhookAddressRefused,
)
from checkout.models import (
    Endpoint,
    EndpointKey,
    Outcome,
    SigningKey,
    Terminal,
    WebhookAttempt,
)
from checkout.services import endpoints
from checkout.services.endpoints import Address
from checkout.services.resending import resend, send_test
from common import outgoing
from companies.errors import NotAnOwner
from companies.models import Act, Company
from tests import make
from tests.checkout.webhooks.conftest import Till

pytestmark = pytest.mark.django_db
Kind = SigningKey.Kind
HOOKS = Address("https://hooks.example/a")


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Magasin X")


@pytest.fixture
def owner(company: Company) -> User:
    """Return an owner of it."""
    return make.member(company)


def test_a_pair_is_the_default_and_its_private_half_is_sealed(
    company: Company, owner: User
) -> None:
    made = endpoints.register_endpoint(company=company, address=HOOKS, author=owner)

    key = EndpointKey.objects.get()
    assert (key.kind, key.public_key) == (Kind.ED25519, made.secret)
    assert made.secret.startswith("whpk_")
    assert key.secret.startswith("whsk_")
    assert key.secret not in key.sealed_secret
    assert Act.objects.get().kind == "webhook_endpoint.registered"


def test_a_shared_secret_is_given_on_request_and_kept_sealed(
    company: Company, owner: User
) -> None:
    made = endpoints.register_endpoint(
        company=company, address=HOOKS, author=owner, kind=Kind.HMAC
    )

    key = EndpointKey.objects.get()
    assert key.secret == made.secret
    assert made.secret.startswith("whsec_")
    assert (key.kind, key.public_key) == (Kind.HMAC, "")
    assert made.secret[6:] not in repr([*EndpointKey.objects.values()])


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://hooks.example/", "not_https"),
        ("https://hooks.example:22/", "not_a_port"),
        ("https://2130706433/", "not_a_host"),
        ("https://hooks.example/#a", "not_a_path"),
        ("https://127.0.0.1/", "private_address"),
    ],
)
def test_an_address_is_looked_at_first(url: str, reason: str) -> None:
    with pytest.raises(WebhookAddressRefused) as refused:
        endpoints.check_address(url)

    assert refused.value.extra == {"reason": reason}


@pytest.mark.parametrize("error", ["network", "timeout"])
def test_an_address_that_nobody_knows_is_refused(
    monkeypatch: pytest.MonkeyPatch, error: str
) -> None:
    def fail(_url: str, **_limits: float) -> None:
        raise outgoing.NoAnswer(error)

    monkeypatch.setattr(outgoing, "check_url", fail)

    with pytest.raises(WebhookAddressRefused) as refused:
        endpoints.check_address(HOOKS.url)

    assert "name leads" in refused.value.detail or "ce nom" in refused.value.detail


def test_a_good_address_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "check_url", lambda _url, **_limits: None)

    assert endpoints.check_address(HOOKS.url) == HOOKS


@pytest.mark.parametrize("role", ["viewer", "editor", "stranger"])
def test_only_an_owner_runs_addresses(company: Company, owner: User, role: str) -> None:
    of = make.company("Étrangère") if role == "stranger" else company
    other = make.member(of, "owner" if role == "stranger" else role)
    made = endpoints.register_endpoint(company=company, address=HOOKS, author=owner)
    endpoint = made.key.endpoint

    for refused in (
        lambda: endpoints.register_endpoint(
            company=company, address=HOOKS, author=other
        ),
        lambda: endpoints.replace_key(endpoint=endpoint, author=other, kind="v1"),
        lambda: endpoints.enable_endpoint(endpoint=endpoint, author=other),
        lambda: endpoints.disable_endpoint(endpoint=endpoint, author=other),
        lambda: endpoints.attach_terminals(
            endpoint=endpoint, terminals=[], author=other
        ),
        lambda: send_test(endpoint=endpoint, author=other),
    ):
        with pytest.raises(NotAnOwner):
            refused()

    assert Endpoint.objects.get() == endpoint


def test_a_company_has_so_many_addresses(
    company: Company, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "ENDPOINTS_AT_ONCE", 1)
    endpoints.register_endpoint(company=company, address=HOOKS, author=owner)

    with pytest.raises(TooManyEndpoints):
        endpoints.register_endpoint(company=company, address=HOOKS, author=owner)


@pytest.mark.database
def test_the_earlier_keys_sign_for_a_day_more(till: Till) -> None:
    first = till.given.key

    made = endpoints.replace_key(
        endpoint=till.endpoint, author=make.operator(), kind=Kind.ED25519
    )

    first.refresh_from_db()
    assert first.not_after is not None
    left = first.not_after - timezone.now()
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)
    assert made.key.not_after is None
    assert set(till.endpoint.keys.active()) == {first, made.key}
    # A third one does not lengthen the life of the first.
    endpoints.replace_key(
        endpoint=till.endpoint, author=make.operator(), kind=Kind.ED25519
    )
    until = first.not_after
    first.refresh_from_db()
    assert first.not_after == until


def test_a_disabled_address_is_enabled_again(till: Till) -> None:
    author = make.operator()
    waiting = till.ended()

    assert endpoints.disable_endpoint(endpoint=till.endpoint, author=author)
    assert not endpoints.disable_endpoint(endpoint=till.endpoint, author=author)
    waiting.refresh_from_db()
    assert waiting.state == "dead"
    Endpoint.objects.update(failing_since=timezone.now())
    assert endpoints.enable_endpoint(endpoint=till.endpoint, author=author)
    assert not endpoints.enable_endpoint(endpoint=till.endpoint, author=author)

    endpoint = Endpoint.objects.get()
    assert (endpoint.is_enabled, endpoint.disabled_reason) == (True, "")
    assert endpoint.failing_since is None
    assert till.ended().state == "open"


@pytest.mark.database
def test_exactly_the_chosen_terminals_are_attached(till: Till) -> None:
    author = make.operator()
    other = make.terminal(till.company, "Caisse 2").terminal

    changed = endpoints.attach_terminals(
        endpoint=till.endpoint, terminals=[other], author=author
    )

    assert changed == 2
    assert list(Terminal.objects.filter(endpoint=till.endpoint)) == [other]
    again = endpoints.attach_terminals(
        endpoint=till.endpoint, terminals=[other], author=author
    )
    assert again == 0


def test_a_terminal_of_another_company_is_not_attached(till: Till) -> None:
    other = make.terminal(make.company("Étrangère")).terminal

    with pytest.raises(TerminalOfAnother):
        endpoints.attach_terminals(
            endpoint=till.endpoint, terminals=[other], author=make.operator()
        )

    other.refresh_from_db()
    assert other.endpoint is None


@pytest.mark.parametrize("state", ["done", "dead"])
@pytest.mark.database
def test_an_outcome_is_sent_again_by_a_person(till: Till, state: str) -> None:
    outcome, author = till.ended(), make.operator()
    Outcome.objects.update(state=state, attempts=15, finished_at=timezone.now())

    assert resend(outcome=outcome, author=author)
    assert not resend(outcome=outcome, author=author)

    [claimed] = Outcome.objects.claim_due(5)
    assert (claimed.attempts, claimed.requested_by) == (1, author)
    notifying.notify(claimed)
    assert WebhookAttempt.objects.get().requested_by == author
    assert till.proven(till.given.secret) == outcome.webhook_id
    assert Act.objects.filter(kind="webhook.sent_again").count() == 1


def test_nothing_is_sent_again_to_a_disabled_address_or_to_none(till: Till) -> None:
    outcome, author = till.ended(), make.operator()
    endpoints.disable_endpoint(endpoint=till.endpoint, author=author)

    with pytest.raises(EndpointDisabled):
        resend(outcome=outcome, author=author)
    Outcome.objects.update(endpoint=None)
    with pytest.raises(EndpointDisabled):
        resend(outcome=outcome, author=author)


def test_a_stranger_has_nothing_sent_again(till: Till) -> None:
    outcome = till.ended()
    Outcome.objects.update(state="done")

    with pytest.raises(NotAnOwner):
        resend(outcome=outcome, author=make.member(make.company("Étrangère")))


def test_a_test_is_signed_and_leaves_nothing_behind(till: Till) -> None:
    till.server.body = b"hello"

    told = send_test(endpoint=till.endpoint, author=make.operator())

    assert (told.status, told.error, told.answer) == (200, "", "hello")
    assert till.proven(till.given.secret).startswith("msg_")
    assert b'"type":"webhook.test"' in till.server.bodies[0]
    assert not WebhookAttempt.objects.exists()
    with pytest.raises(PingTooSoon):
        send_test(endpoint=till.endpoint, author=make.operator())
