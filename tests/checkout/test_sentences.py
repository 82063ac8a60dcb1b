"""What the phone says: the rate, its source, how fresh it is; and the digest."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from checkout import sentences
from checkout.cards import phone_card
from checkout.models import PaymentPrompt, Terminal
from companies.models import Company
from tests import make

ON = date(2026, 11, 22)
MEASURED = date(2026, 3, 14)
RATE = sentences.Rate(64, "Institut du Test", MEASURED, 1041)


def breakable(text: str) -> str:
    """Return a text whose spaces all look alike."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "fr",
            "Le taux de satisfaction des employés de cette entreprise est de 64 %. "
            "Voulez-vous valider votre paiement ?",
        ),
        (
            "en",
            "The satisfaction rate of this company’s employees is 64%. "
            "Do you want to confirm your payment?",
        ),
    ],
)
def test_the_question_gives_the_rate(language: str, text: str) -> None:
    said = sentences.question(RATE, language=language)

    assert breakable(said) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "fr",
            "Aucun taux de satisfaction des employés de cette entreprise n’est publié. "
            "Voulez-vous valider votre paiement ?",
        ),
        (
            "en",
            "No satisfaction rate of this company’s employees is published. "
            "Do you want to confirm your payment?",
        ),
    ],
)
def test_without_a_rate_the_question_says_so(language: str, text: str) -> None:
    said = sentences.question(None, language=language)

    assert breakable(said) == text


@pytest.mark.parametrize(
    ("measured_on", "words"),
    [
        (date(2026, 11, 22), "measured less than a month ago"),
        (date(2026, 10, 23), "measured less than a month ago"),
        (date(2026, 10, 22), "measured 1 month ago"),
        (date(2026, 3, 14), "measured 8 months ago"),
        (date(2025, 11, 23), "measured 11 months ago"),
        (date(2025, 11, 22), "measured 12 months ago: an old rate"),
        (date(2025, 5, 23), "measured 17 months ago: an old rate"),
    ],
    ids=str,
)
def test_how_fresh_a_rate_is_comes_in_words(measured_on: date, words: str) -> None:
    assert sentences.freshness(measured_on, ON, language="en") == words


def test_where_a_rate_comes_from_comes_in_words() -> None:
    assert sentences.rate_text(RATE, ON, language="en") == (
        "1,041 answers · March 14, 2026 · Institut du Test · measured 8 months ago"
    )


@pytest.fixture
def shop(db: None) -> Company:
    return make.company("Magasin X")


@pytest.fixture
def terminal(shop: Company) -> Terminal:
    return make.terminal(shop).terminal


def asked(by: Terminal, language: str = "en") -> dict[str, Any]:
    return phone_card(make.prompt(by, make.shopper(language).shopper))


@pytest.mark.database
def test_the_card_shows_the_rate_apart_from_the_sentence(
    shop: Company, terminal: Terminal
) -> None:
    measured_on = timezone.localdate() - timedelta(days=3)
    make.rate(shop, 64, answers=41, measured_on=measured_on)

    card = asked(terminal)

    assert "64%" in card["text"]
    assert (card["rate"], card["rate_n"]) == (64, 41)
    assert card["rate_date"] == measured_on.isoformat()
    assert card["rate_source"] == "Institut du Test"
    assert card["rate_freshness"] == "measured less than a month ago"
    assert card["rate_text"].startswith("41 answers · ")


NOT_PUBLISHED: dict[str, dict[str, Any]] = {
    "too few answers": {"answers": 4},
    "too old": {"measured_on": timezone.localdate() - timedelta(days=560)},
    "of a day to come": {"measured_on": timezone.localdate() + timedelta(days=2)},
}


@pytest.mark.parametrize("columns", NOT_PUBLISHED.values(), ids=list(NOT_PUBLISHED))
def test_a_rate_that_may_not_be_published_is_not_told(
    shop: Company, terminal: Terminal, columns: dict[str, Any]
) -> None:
    make.rate(shop, 97, **columns)

    card = asked(terminal)

    assert card["text"] == sentences.question(None, language="en")
    members = ("rate", "rate_source", "rate_date", "rate_n")
    assert [card[name] for name in members] == [None] * 4
    assert (card["rate_freshness"], card["rate_text"]) == (None, None)
    assert "97" not in card["text"]


def test_a_rate_with_too_few_answers_does_not_hide_an_earlier_one(
    shop: Company, terminal: Terminal
) -> None:
    today = timezone.localdate()
    make.rate(shop, 64, measured_on=today - timedelta(days=90))
    make.rate(shop, 97, answers=4, measured_on=today - timedelta(days=2))

    assert asked(terminal)["rate"] == 64


def test_the_rate_stays_as_it_was_when_the_till_asked(
    shop: Company, terminal: Terminal
) -> None:
    today = timezone.localdate()
    make.rate(shop, 64, measured_on=today - timedelta(days=90))
    prompt = make.prompt(terminal, make.shopper("en").shopper)
    make.rate(shop, 97, measured_on=today)

    prompt.refresh_from_db()
    assert (prompt.rate, phone_card(prompt)["rate"]) == (64, 64)
    assert prompt.digest == sentences.digest(prompt)


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (
            RATE,
            "Laines & Cie: 64% of the employees satisfied (1,041 answers · "
            "March 14, 2026 · Institut du Test · measured 8 months ago)",
        ),
        (None, "Laines & Cie: no satisfaction rate published"),
    ],
    ids=["rated", "not rated"],
)
def test_each_brand_has_its_line(rate: sentences.Rate | None, text: str) -> None:
    kept = sentences.frozen_brand("Laines & Cie", rate)

    assert sentences.brand_text(kept, ON, language="en") == text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1299, "EUR", "12.99\u00a0€"),
        (5, "EUR", "0.05\u00a0€"),
        (1299, "JPY", "1,299\u00a0JPY"),
        (1299, "TND", "1.299\u00a0TND"),
    ],
)
def test_amounts_have_the_digits_of_their_currency(
    amount: int, currency: str, text: str
) -> None:
    assert sentences.amount_text(amount, currency, language="en") == text


def by_hand(**columns: Any) -> PaymentPrompt:
    return PaymentPrompt(
        **{
            "id": "kfG0dn3Y7mW2pQ4rT6uV8xZ1aB3",
            "amount": 1299,
            "currency": "EUR",
            "payee": "Café « L’Épi »",
            "text": "Voulez-vous valider votre paiement ?",
            "rate": 64,
            "rate_source": "Institut du Test",
            "rate_date": date(2026, 3, 14),
            "rate_n": 41,
            "expires_at": datetime(2026, 11, 22, 12, 1, tzinfo=UTC),
            **columns,
        }
    )


# 2026-03-14T00:00:00Z is 1773446400, 2026-11-22T12:01:00Z is 1795348860.
SHOWN = (
    '{"amount":1299,"currency":"EUR","expires_at":1795348860,'
    '"id":"kfG0dn3Y7mW2pQ4rT6uV8xZ1aB3","payee":"Café « L’Épi »","rate":64,'
    '"rate_date":1773446400,"rate_n":41,"rate_source":"Institut du Test",'
    '"text":"Voulez-vous valider votre paiement ?"}'
)
# `printf '%s' … | sha256sum` of the line above, in UTF-8.
DIGEST = "8392b3294ab6fc3616b74c0a96fcd844e8db3e717958376cdb3bd73d5e59d533"


def test_the_digest_is_the_one_computed_by_hand() -> None:
    assert sentences.digest(by_hand()) == DIGEST
    assert hashlib.sha256(SHOWN.encode()).hexdigest() == DIGEST


def test_what_is_not_there_is_null_in_the_digest() -> None:
    shown = (
        SHOWN.replace('"rate":64', '"rate":null')
        .replace('"rate_date":1773446400', '"rate_date":null')
        .replace('"rate_n":41', '"rate_n":null')
        .replace('"rate_source":"Institut du Test"', '"rate_source":null')
    )
    prompt = by_hand(rate=None, rate_date=None, rate_n=None, rate_source="")

    assert sentences.digest(prompt) == hashlib.sha256(shown.encode()).hexdigest()


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "kfG0dn3Y7mW2pQ4rT6uV8xZ1aB4"},
        {"amount": 1300},
        {"currency": "CHF"},
        {"payee": "Cafe « L’Épi »"},
        {"text": "Voulez-vous valider votre paiement?"},
        {"rate": 65},
        {"rate_source": "Institut"},
        {"rate_date": date(2026, 3, 15)},
        {"rate_n": 42},
        {"expires_at": datetime(2026, 11, 22, 12, 1, 1, tzinfo=UTC)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_the_phone_shows_changes_the_digest(changed: dict[str, Any]) -> None:
    assert sentences.digest(by_hand(**changed)) != DIGEST


@pytest.mark.parametrize(
    "changed",
    [{"reference": "T-2"}, {"number": "42"}, {"delivery": "seen"}, {"version": 7}],
    ids=lambda changed: next(iter(changed)),
)
def test_nothing_else_changes_it(changed: dict[str, Any]) -> None:
    assert sentences.digest(by_hand(**changed)) == DIGEST
