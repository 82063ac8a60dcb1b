"""Passes that a phone makes without network: their form, and their one use."""

import base64
import hashlib
import hmac
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from shoppers import contactless
from shoppers.errors import ContactlessOff
from shoppers.forgetting import forget_passes
from shoppers.models import ContactlessKey, ContactlessUse, Pass
from shoppers.services import Registered, consume
from shoppers.services.passes import IssuedKey, issue_contactless_key
from shoppers.services.tills import change_till_settings
from tests import make

URL = "/api/v1/me/contactless-key"
Bearer = Callable[[str], dict[str, str]]
ALIAS, KEY = bytes(range(16)), bytes(range(32))
# 2026-11-22T12:00:15Z, in the middle of a step.
AT = 1_795_348_815.0


def now() -> float:
    return timezone.now().timestamp()


@pytest.fixture
def allowed(db: None) -> Registered:
    """Return a shopper who allowed passes without network."""
    registered = make.shopper()
    change_till_settings(shopper=registered.shopper, is_contactless=True)
    return registered


@pytest.fixture
def issued(allowed: Registered) -> IssuedKey:
    return issue_contactless_key(device=allowed.device)


def test_a_pass_is_laid_out_as_documented() -> None:
    signed = b"\x01" + ALIAS + (int(AT) // 30).to_bytes(4, "big")
    tag = hmac.new(
        KEY, b"flashsesame/contactless/v1|" + signed, hashlib.sha256
    ).digest()[:16]

    made = contactless.make_pass(ALIAS, KEY, at=AT)

    assert len(made) == 64
    assert made[:4] == "FS2."
    assert base64.b32decode(made[4:] + "====") == signed + tag


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
def test_whatever_is_made_is_proven(alias: bytes, key: bytes) -> None:
    found = contactless.parsed(contactless.make_pass(alias, key, at=AT))

    assert found is not None
    assert (found.alias, found.step) == (alias, int(AT) // 30)
    assert contactless.is_proven(found, key, at=AT)
    assert not contactless.is_proven(found, key + b"\x01", at=AT)


@given(st.text(max_size=80))
def test_no_other_text_is_a_pass(text: str) -> None:
    assert contactless.parsed(text) is None


@given(st.integers(4, 63), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_another_character_anywhere_makes_it_void(place: int, other: str) -> None:
    made = contactless.make_pass(ALIAS, KEY, at=AT)
    changed = made[:place] + other + made[place + 1 :]

    found = contactless.parsed(changed)

    is_proven = found is not None and contactless.is_proven(found, KEY, at=AT)
    # Of another alias this key is never asked.
    is_same_alias = found is not None and found.alias == ALIAS
    assert (is_proven and is_same_alias) is (changed == made)


@pytest.mark.parametrize(
    ("seconds", "counts"),
    [(-60, False), (-30, True), (0, True), (30, True), (60, False), (86_400, False)],
)
def test_it_counts_in_its_step_and_the_two_beside(seconds: int, counts: bool) -> None:
    found = contactless.parsed(contactless.make_pass(ALIAS, KEY, at=AT))

    assert found is not None
    assert contactless.is_proven(found, KEY, at=AT + seconds) is counts


def test_another_version_is_not_read() -> None:
    content = b"\x02" + bytes(36)

    assert contactless.parsed("FS2." + base64.b32encode(content).decode()[:60]) is None


@pytest.mark.database
@pytest.mark.django_db
def test_the_key_is_refused_until_it_is_allowed(api: APIClient, bearer: Bearer) -> None:
    registered = make.shopper()

    refused = api.post(URL, headers=bearer(registered.token))
    change_till_settings(shopper=registered.shopper, is_contactless=True)
    given = api.post(URL, headers=bearer(registered.token))

    assert (refused.status_code, refused.json()["code"]) == (403, "contactless_off")
    assert given.status_code == 201
    card = given.json()
    made = contactless.make_pass(
        base64.b64decode(card["alias"]), base64.b64decode(card["key"]), at=now()
    )
    assert consume(made) == (registered.shopper.pk, True)


@pytest.mark.django_db
def test_the_key_is_nobodys_without_a_token(api: APIClient) -> None:
    assert api.post(URL).status_code == 401


def test_neither_alias_nor_key_can_be_read_in_the_database(
    issued: IssuedKey,
) -> None:
    row = ContactlessKey.objects.values().get()

    kept = " ".join(map(str, row.values()))
    for secret in (issued.alias, issued.key):
        assert base64.b64encode(secret).decode() not in kept
        assert secret.hex() not in kept


@pytest.mark.database
def test_a_pass_opens_once(allowed: Registered, issued: IssuedKey) -> None:
    made = contactless.make_pass(issued.alias, issued.key, at=now())

    first, second = consume(made), consume(made)

    assert first == (allowed.shopper.pk, True)
    assert second is None


def test_the_next_step_makes_another_pass(
    allowed: Registered, issued: IssuedKey
) -> None:
    first = contactless.make_pass(issued.alias, issued.key, at=now())
    second = contactless.make_pass(issued.alias, issued.key, at=now() + 30)

    assert consume(first) == consume(second) == (allowed.shopper.pk, True)


def test_a_pass_of_the_app_is_no_contactless_one(allowed: Registered) -> None:
    assert consume(make.handle(allowed.shopper)) == (allowed.shopper.pk, False)


def test_a_forged_tag_uses_nothing_up(allowed: Registered, issued: IssuedKey) -> None:
    forged = contactless.make_pass(issued.alias, bytes(32), at=now())

    assert consume(forged) is None
    assert not ContactlessUse.objects.exists()


@pytest.mark.django_db
def test_an_unknown_alias_leads_nowhere() -> None:
    # Under the very key that stands in for one.
    assert consume(contactless.make_pass(ALIAS, bytes(32), at=now())) is None


def test_a_revoked_phone_makes_no_passes(
    allowed: Registered, issued: IssuedKey
) -> None:
    allowed.shopper.devices.update(revoked_at=timezone.now())

    made = contactless.make_pass(issued.alias, issued.key, at=now())

    assert consume(made) is None


def test_a_key_dies_after_a_day(issued: IssuedKey) -> None:
    assert issued.valid_until - issued.valid_from == timedelta(hours=24)
    ContactlessKey.objects.update(valid_until=timezone.now() - timedelta(seconds=1))

    made = contactless.make_pass(issued.alias, issued.key, at=now())

    assert consume(made) is None


@pytest.mark.database
def test_taking_the_wish_back_kills_every_key(
    allowed: Registered, issued: IssuedKey
) -> None:
    made = contactless.make_pass(issued.alias, issued.key, at=now())
    change_till_settings(shopper=allowed.shopper, is_contactless=False)

    assert consume(made) is None
    assert not ContactlessKey.objects.exists()
    with pytest.raises(ContactlessOff):
        issue_contactless_key(device=allowed.device)


def test_the_key_before_still_counts_and_older_ones_do_not(
    allowed: Registered,
) -> None:
    keys = [issue_contactless_key(device=allowed.device) for _ in range(3)]

    passes = [contactless.make_pass(one.alias, one.key, at=now()) for one in keys]

    assert [consume(one) is not None for one in passes] == [False, True, True]


def test_what_died_long_ago_is_forgotten(
    allowed: Registered, issued: IssuedKey
) -> None:
    make.handle(allowed.shopper)
    consume(contactless.make_pass(issued.alias, issued.key, at=now()))
    assert forget_passes() == 0
    past = timezone.now() - timedelta(hours=1, seconds=1)
    Pass.objects.update(expires_at=past)
    ContactlessKey.objects.update(valid_until=past)

    # The pass, the key, and the step in which it was used.
    assert forget_passes() == 3
    assert not ContactlessUse.objects.exists()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_two_tills_at_once_one_gets_the_shopper() -> None:
    registered = make.shopper()
    change_till_settings(shopper=registered.shopper, is_contactless=True)
    issued = issue_contactless_key(device=registered.device)
    together = threading.Barrier(4)

    def use(made: str) -> bool:
        try:
            together.wait()
            return consume(made) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for step in (-30, 0, 30):
            made = contactless.make_pass(issued.alias, issued.key, at=now() + step)
            assert sum(pool.map(use, [made] * 4)) == 1
