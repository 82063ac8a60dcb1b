"""What a till may say besides pass and amount: basket, time, and no pass at all."""

from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from rest_framework.test import APIClient

from checkout import availability
from checkout.models import Delivery, PaymentPrompt
from checkout.tokens import is_claim_code
from companies.models import Company
from shoppers.models import PushSubscription
from tests import make
from tests.checkout.tills import Till


@pytest.fixture
def till(api: APIClient, db: None) -> Till:
    return Till(api)


def brand(name: str, percent: int | None = None, **columns: Any) -> tuple[Company, str]:
    """Return a company that sells one product, and its GTIN."""
    company = make.company(name)
    if percent is not None:
        make.rate(company, percent, **columns)
    return company, make.product(name=f"{name} 1", of=company).gtin


def test_the_brands_of_the_basket_are_frozen_with_their_rates(till: Till) -> None:
    first, one = brand("Filature", 71)
    second, two = brand("Sans taux")
    more = make.product(name="Filature 2", of=first).gtin

    answer = till.post(
        till.body(basket=[{"gtin": two}, {"gtin": one, "quantity": 3}, {"gtin": more}])
    )
    make.rate(first, 12, measured_on=timezone.localdate())

    assert answer.status_code == 202
    brands = PaymentPrompt.objects.get().brands
    assert [entry["company"]["name"] for entry in brands] == ["Sans taux", "Filature"]
    assert brands[0] == {
        "gtin": two,
        "product": "Sans taux 1",
        "company": {"id": str(second.pk), "name": "Sans taux"},
        "rate": None,
        "rate_source": None,
        "rate_date": None,
        "rate_n": None,
        "freshness": None,
    }
    assert (brands[1]["gtin"], brands[1]["rate"], brands[1]["rate_n"]) == (one, 71, 41)
    assert brands[1]["freshness"] == "fresh"


def test_a_rate_on_too_few_answers_is_none(till: Till) -> None:
    _company, gtin = brand("Petite", 90, answers=4, invited=9)

    till.post(till.body(basket=[{"gtin": gtin}]))

    assert PaymentPrompt.objects.get().brands[0]["rate"] is None


def test_what_nobody_declared_is_left_out(till: Till) -> None:
    orphan = make.product(name="Sans marque").gtin
    in_store = "02" + "0" * 11
    basket = [orphan, make.gtin(), "2000000000008", "96385074", in_store + "4"]

    answer = till.post(till.body(basket=[{"gtin": one} for one in basket[:4]]))

    assert answer.status_code == 202
    assert PaymentPrompt.objects.get().brands == []


def test_a_bare_gtin_of_13_digits_will_do(till: Till) -> None:
    _company, gtin = brand("Filature", 71)

    till.post(till.body(basket=[gtin.removeprefix("0")]))

    assert PaymentPrompt.objects.get().brands[0]["gtin"] == gtin


@pytest.mark.parametrize(
    "basket",
    [
        "05449000000996",
        [{"gtin": "5449000000997"}],
        [{"gtin": "544900000099é"}],
        [{"gtin": "٥٤٤٩٠٠٠٠٠٠٩٩٦"}],
        [{"gtin": ""}],
        [{}],
        [None],
        [[]],
        [5449000000996.5],
        [{"gtin": "5449000000996", "quantity": 0}],
        [{"gtin": "5449000000996", "quantity": "beaucoup"}],
        [{"gtin": "5449000000996"}] * 101,
    ],
    ids=range(12),
)
def test_a_wrong_basket_is_named(till: Till, basket: Any) -> None:
    answer = till.post(till.body(basket=basket))

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    assert answer.json()["errors"][0]["field"].startswith("basket")
    assert not PaymentPrompt.objects.exists()


def test_a_long_basket_costs_no_more_queries(
    till: Till, django_assert_num_queries: Any
) -> None:
    gtins = [brand(f"Marque {number}", 60)[1] for number in range(12)]
    till.post(till.body())
    PaymentPrompt.objects.all().delete()
    bodies = [
        till.body(**{"pass": make.handle(make.shopper().shopper)}, basket=gtins[:size])
        for size in (1, 12)
    ]

    for body in bodies:
        headers = make.signed(body, till.secret)
        with django_assert_num_queries(QUERIES):
            assert till.post(body, headers).json()["state"] == "pending"


# Keys with their terminal; a transaction; the request; rate, products and their rates;
# the pass; whether and how the shopper may be asked; the prompt; its delivery.
QUERIES = 11


@pytest.mark.parametrize("seconds", [30, 120])
def test_a_till_may_say_how_long_it_waits(till: Till, seconds: int) -> None:
    answer = till.post(till.body(expires_in=seconds)).json()

    assert seconds - 3 <= answer["expires_in"] <= seconds


@pytest.mark.parametrize("seconds", [29, 121, 0, -1, "long", None, 60.5])
def test_no_other_time_is_taken(till: Till, seconds: Any) -> None:
    answer = till.post(till.body(expires_in=seconds))

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "expires_in"


def without_pass(till: Till, **members: Any) -> bytes:
    return till.question(
        type="payment_prompt.create", amount=1299, currency="EUR", **members
    )


def test_without_a_pass_the_prompt_waits_for_the_phone_that_reads_its_code(
    till: Till,
) -> None:
    answer = till.post(without_pass(till, mode="claim"))

    assert answer.status_code == 202
    said = answer.json()
    prompt = PaymentPrompt.objects.get()
    assert said["state"] == "pending"
    assert is_claim_code(said["id"], said["claim_code"])
    assert said["claim_url"].endswith("/api/v1/me/prompts/claim")
    assert prompt.is_claimable
    assert prompt.shopper is None
    assert prompt.claimed_at is None
    assert not Delivery.objects.exists()


def test_several_codes_may_wait_at_once(till: Till) -> None:
    for _ in range(2):
        till.post(without_pass(till, mode="claim"))

    assert PaymentPrompt.objects.open().count() == 2


@pytest.mark.parametrize(
    "members",
    [{}, {"mode": "claim", "pass": "FS1.x"}, {"mode": "pass"}, {"pass": ""}],
    ids=["neither", "both", "another mode", "empty pass"],
)
def test_a_till_gives_a_pass_or_the_mode(till: Till, members: dict[str, Any]) -> None:
    answer = till.post(without_pass(till, **members))

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] in {"pass", "mode"}


def test_each_living_subscription_has_its_row_and_the_open_lines_theirs(
    till: Till,
) -> None:
    device = till.shopper.device
    living = [subscription(device, "1"), subscription(device, "2")]
    gone = subscription(device, "3")
    PushSubscription.objects.filter(pk=gone.pk).update(gone_at=Now())
    subscription(make.shopper().device, "4")

    till.post(till.body())

    targets = set(Delivery.objects.values_list("target", flat=True))
    assert targets == {"", *(str(one.pk) for one in living)}


def subscription(device: Any, digest: str) -> PushSubscription:
    return PushSubscription.objects.create(
        device=device, kind="web_push", endpoint="https://x", endpoint_digest=digest
    )


@pytest.mark.parametrize("cause", ["quiet", "blocked", "no_device", "rate_limited"])
def test_why_a_shopper_cannot_be_asked_is_kept_and_not_told(
    till: Till, monkeypatch: pytest.MonkeyPatch, cause: str
) -> None:
    monkeypatch.setattr(
        "checkout.services.asking.availability.reach",
        lambda *_a, **_k: availability.Reach(cause),
    )

    answer = till.post(till.body()).json()

    prompt = PaymentPrompt.objects.get()
    assert (answer["state"], answer["reason"]) == ("rejected", "shopper_unavailable")
    assert cause not in str(answer)
    assert prompt.audit_reason == cause
    assert prompt.shopper is None
    assert not Delivery.objects.exists()
