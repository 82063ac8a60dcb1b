"""The pass: a one-time code that leads one till to one shopper, for seconds."""

import base64
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import zxingcpp
from django.conf import settings
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from rest_framework.test import APIClient
from rest_framework.throttling import ScopedRateThrottle

from checkout import tasks
from shoppers import handles
from shoppers.models import Pass, Shopper
from shoppers.services import KEEP_PASSES, consume, mint_pass
from tests import make

pytestmark = pytest.mark.django_db
URL = "/api/v1/me/pass"
Bearer = Callable[[str], dict[str, str]]


def opens(handle: str) -> Shopper | None:
    """Use a pass up, and return whose it was."""
    consumed = consume(handle)
    return Shopper.objects.get(pk=consumed.shopper_id) if consumed else None


@pytest.mark.database
def test_a_pass_is_minted_for_seconds(api: APIClient, bearer: Bearer) -> None:
    registered = make.shopper()
    before = timezone.now()

    response = api.post(URL, headers=bearer(registered.token))

    assert response.status_code == 201
    card = response.json()
    assert handles.is_pass(card["pass"])
    assert card["expires_in"] == settings.PASS_TTL_SECONDS
    expires_at = datetime.fromisoformat(card["expires_at"])
    assert abs((expires_at - before).total_seconds() - settings.PASS_TTL_SECONDS) < 5
    assert opens(card["pass"]) == registered.shopper


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("FS1." + "A" * 26, True),
        ("FS1." + "A" * 25, False),
        ("FS1." + "A" * 27, False),
        ("FS1." + "a" * 26, False),
        ("FS1." + "1" * 26, False),
        ("fs1." + "A" * 26, False),
        ("FS1." + "A" * 26 + "\n", False),
        ("", False),
    ],
)
def test_a_pass_has_one_form(text: str, is_one: bool) -> None:
    assert handles.is_pass(text) is is_one


def test_passes_are_random() -> None:
    passes = {handles.new_pass() for _ in range(100)}

    assert len(passes) == 100
    assert all(handles.is_pass(one) for one in passes)


def test_a_pass_is_used_once() -> None:
    shopper = make.shopper().shopper
    handle = make.handle(shopper)

    assert opens(handle) == shopper
    assert opens(handle) is None


def test_a_pass_leads_to_its_own_shopper_only() -> None:
    one, other = make.shopper().shopper, make.shopper().shopper
    first, second = make.handle(one), make.handle(other)

    assert opens(second) == other
    assert opens(first) == one


def test_a_dead_pass_leads_to_nobody() -> None:
    handle = make.handle(make.shopper().shopper)
    Pass.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert opens(handle) is None
    assert not Pass.objects.usable().exists()


@given(st.text(max_size=40))
def test_what_is_no_pass_leads_to_nobody(text: str) -> None:
    assert not handles.is_pass(text)
    assert opens(text) is None


def test_an_unknown_pass_leads_to_nobody() -> None:
    make.handle(make.shopper().shopper)

    assert opens(handles.new_pass()) is None


def test_passes_that_died_long_ago_are_forgotten() -> None:
    shopper, other = make.shopper().shopper, make.shopper().shopper
    for owner in (shopper, other):
        for _ in range(2):
            make.handle(owner)
    long_ago = timezone.now() - KEEP_PASSES - timedelta(seconds=1)
    recent = shopper.passes.latest("pk")
    Pass.objects.exclude(pk=recent.pk).update(expires_at=long_ago)

    minted = mint_pass(shopper=shopper)

    kept = set(shopper.passes.values_list("handle_digest", flat=True))
    assert kept == {recent.handle_digest, handles.digest(minted.handle)}
    assert other.passes.count() == 2
    assert str(recent) == str(recent.pk)


def test_only_digests_are_in_the_database() -> None:
    registered = make.shopper()
    handle = make.handle(registered.shopper)
    dump: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            dump.append(repr(cursor.fetchall()))
    rows = "\n".join(dump)

    assert handles.digest(handle) in rows
    assert handles.digest(registered.token) in rows
    for secret in (handle, handle[4:], registered.token, registered.token[4:]):
        assert secret not in rows


def test_minting_is_limited_by_the_minute_and_shopper(
    api: APIClient, bearer: Bearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ScopedRateThrottle.THROTTLE_RATES, "pass", "2/min")
    one, other = make.shopper().token, make.shopper().token

    statuses = [api.post(URL, headers=bearer(one)).status_code for _ in range(3)]

    assert statuses == [201, 201, 429]
    assert api.post(URL, headers=bearer(other)).status_code == 201


def test_a_pass_cannot_be_read_back(api: APIClient, bearer: Bearer) -> None:
    response = api.get(URL, headers=bearer(make.shopper().token))

    assert response.status_code == 405


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_two_tills_at_once_one_gets_the_shopper() -> None:
    shopper = make.shopper().shopper
    handle = make.handle(shopper)
    barrier = threading.Barrier(2)

    def till(_number: int) -> Shopper | None:
        try:
            barrier.wait(timeout=10)
            return opens(handle)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(till, range(2)))

    assert sorted(one is None for one in found) == [False, True]
    assert shopper in found


def drawn(svg: str) -> Image.Image:
    """Return what the small drawing shows: rectangles one module high."""
    found = re.search(r'viewBox="0 0 ([0-9]+) ([0-9]+)"', svg)
    assert found is not None
    side = int(found[1])
    picture = Image.new("L", (side, side), 255)
    for x, y, length in re.findall(r"M([0-9]+) ([0-9]+)h([0-9]+)v1h-[0-9]+z", svg):
        for step in range(int(length)):
            picture.putpixel((int(x) + step, int(y)), 0)
    return picture.resize((side * 8, side * 8), Image.Resampling.NEAREST)


def test_the_pass_comes_as_a_qr_code(api: APIClient, bearer: Bearer) -> None:
    card = api.post(URL, headers=bearer(make.shopper().token)).json()

    picture = drawn(card["qr_svg"])
    (read,) = zxingcpp.read_barcodes(picture)

    assert read.text == card["pass"]
    assert read.ec_level == "M"
    # Version 2 and its quiet zone: the pass is written in the alphanumeric mode.
    assert picture.width == 33 * 8


def test_the_pass_comes_as_what_nfc_says(api: APIClient, bearer: Bearer) -> None:
    card = api.post(URL, headers=bearer(make.shopper().token)).json()

    record = base64.b64decode(card["ndef"])

    # One short record of the well-known type T: UTF-8, English, the pass.
    assert record == b"\xd1\x01\x21T\x02en" + card["pass"].encode()


def test_old_passes_are_forgotten_by_a_task() -> None:
    shopper = make.shopper().shopper
    make.handle(shopper)
    old = timezone.now() - timedelta(hours=2)
    Pass.objects.update(expires_at=old)
    make.handle(shopper)

    tasks.forget_passes.delay()

    assert Pass.objects.count() == 1
