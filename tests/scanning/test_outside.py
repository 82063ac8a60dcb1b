"""An outside catalogue: asked off the path, at its pace, and shown with its source."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from common import outgoing
from common.outgoing import Answer, NoAnswer, TooLarge
from scanning import counting, outside, tasks
from scanning.models import OutsideProduct
from scanning.outside import asking, open_food_facts
from scanning.outside.open_food_facts import Unusable

RECORDED = Path(__file__).resolve().parent.parent / "fixtures" / "open_food_facts"
pytestmark = pytest.mark.django_db
GTIN = "03017620422003"
State = OutsideProduct.State
Reply = Callable[..., None]


def recorded(name: str) -> bytes:
    """Return a recorded answer."""
    return (RECORDED / f"{name}.json").read_bytes()


@pytest.fixture(autouse=True)
def switched_on(settings: LazySettings) -> None:
    settings.OUTSIDE_CATALOGUE = "openfoodfacts"


@pytest.fixture
def asked() -> list[str]:
    """Return the paths that were asked for."""
    return []


@pytest.fixture
def reply(monkeypatch: pytest.MonkeyPatch, asked: list[str]) -> Reply:
    """Return a function that sets the catalogue's next answer, or failure."""
    content: dict[str, Any] = {}

    def get(base_url: str, path: str, *, user_agent: str) -> Answer:
        assert base_url == "https://world.openfoodfacts.org"
        assert user_agent.startswith("Flashsesame/")
        asked.append(path)
        if isinstance(content["answer"], Exception):
            raise content["answer"]
        answer: Answer = content["answer"]
        return answer

    def say(answer: object, body: bytes = b"", retry_after: str | None = None) -> None:
        if isinstance(answer, int):
            answer = Answer(answer, body, retry_after)
        content["answer"] = answer

    monkeypatch.setattr(outgoing, "get", get)
    return say


def scanned(gtin: str = GTIN) -> OutsideProduct:
    """Count a scan of an unknown code, which makes it wanted."""
    counting.note(gtin=gtin, is_known=False)
    counting.flush()
    return OutsideProduct.objects.get(pk=gtin)


def later(**columns: Any) -> None:
    """Let the time pass until every row is due and it is our turn."""
    past = timezone.now() - timedelta(seconds=1)
    OutsideProduct.objects.update(next_try_at=past, **columns)
    cache.clear()


def test_nothing_is_asked_unless_it_is_switched_on(
    settings: LazySettings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.OUTSIDE_CATALOGUE = ""
    counting.note(gtin=GTIN, is_known=False)
    counting.flush()

    assert not OutsideProduct.objects.exists()
    with django_assert_num_queries(0):
        assert outside.for_code(GTIN) is None
        assert outside.ask_next() is None


@pytest.mark.database
def test_an_unknown_code_is_looked_up_and_shown_with_its_source(
    reply: Reply, asked: list[str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reply(200, recorded("found"))
    assert scanned().state == State.DUE

    tasks.ask_outside.delay()

    assert asked[0].startswith("/api/v2/product/3017620422003.json?fields=code,")
    with django_assert_num_queries(1):
        said = outside.for_code(GTIN)
    assert said is not None
    assert said.pop("fetched_at").endswith("Z")
    assert said == {
        "source": "Open Food Facts",
        "source_url": "https://world.openfoodfacts.org/product/3017620422003",
        "licence": "ODbL 1.0",
        "licence_url": "https://opendatacommons.org/licenses/odbl/1-0/",
        "name": "Pâte à tartiner aux noisettes et au cacao",
        "brands": "Nutella, Ferrero",
        "quantity": "400 g",
        "image_url": "https://images.openfoodfacts.org/images/products/301/762/042/"
        "2003/front_en.633.400.jpg",
    }


@pytest.mark.parametrize(
    ("status", "body"), [(404, recorded("absent")), (200, recorded("absent"))]
)
def test_what_is_absent_is_asked_again_a_month_later_if_somebody_scans_it(
    reply: Reply, asked: list[str], status: int, body: bytes
) -> None:
    reply(status, body)
    scanned("04006381333931")
    outside.ask_next()

    row = OutsideProduct.objects.get()
    pause = row.next_try_at - timezone.now()
    assert (row.state, row.is_wanted) == (State.ABSENT, False)
    assert timedelta(days=29) < pause < timedelta(days=31)
    assert outside.for_code(row.gtin) is None
    assert not scanned(row.gtin).is_wanted
    later()
    assert outside.ask_next() is None
    assert scanned(row.gtin).is_wanted
    assert outside.ask_next() == row.gtin


def test_what_was_found_stays_shown_while_it_is_asked_again_in_vain(
    reply: Reply,
) -> None:
    reply(200, recorded("found"))
    scanned()
    outside.ask_next()
    assert OutsideProduct.objects.get().next_try_at > timezone.now() + timedelta(
        days=89
    )
    later(is_wanted=True)
    reply(200, b"<html>maintenance</html>")

    assert outside.ask_next() == GTIN

    assert OutsideProduct.objects.get().state == State.FAILED
    said = outside.for_code(GTIN)
    assert said is not None
    assert said["quantity"] == "400 g"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (NoAnswer("timeout"), "timeout"),
        (503, "status_503"),
        (429, "status_429"),
    ],
    ids=["network", "server", "too many"],
)
def test_what_time_may_heal_is_tried_again_with_longer_pauses(
    reply: Reply, answer: object, reason: str
) -> None:
    reply(answer)
    scanned()
    pauses = []
    for _ in range(3):
        outside.ask_next()
        row = OutsideProduct.objects.get()
        pauses.append(round((row.next_try_at - timezone.now()).total_seconds() / 60))
        later()

    assert pauses == [1, 2, 4]
    assert (row.state, row.is_wanted, row.reason) == (State.DUE, True, reason)


def test_attempts_come_to_an_end(reply: Reply, asked: list[str]) -> None:
    reply(500)
    scanned()
    for _ in range(asking.MAX_ATTEMPTS + 2):
        outside.ask_next()
        later()

    row = OutsideProduct.objects.get()
    assert len(asked) == asking.MAX_ATTEMPTS
    assert (row.state, row.is_wanted, row.attempts) == (State.FAILED, False, 0)


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_the_catalogue_s_wish_to_wait_holds_for_every_code(
    reply: Reply, asked: list[str], settings: LazySettings, form: str
) -> None:
    # Our own pace would allow the next one at once.
    settings.OUTSIDE_CATALOGUE_PER_MINUTE = 60_000
    moment = datetime.now(UTC) + timedelta(seconds=900)
    reply(429, b"", "900" if form == "seconds" else format_datetime(moment))
    scanned()
    scanned("04006381333931")

    outside.ask_next()

    first = OutsideProduct.objects.get(attempts=1)
    assert first.next_try_at > timezone.now() + timedelta(seconds=890)
    time.sleep(0.01)
    assert outside.ask_next() is None
    assert len(asked) == 1


@pytest.mark.parametrize(
    "wish", ["9" * 400, "-5", "²", "soon", "Wed, 21 Oct 2015 07:28:00"]
)
def test_a_wish_that_makes_no_sense_waits_a_day_at_most(
    reply: Reply, wish: str
) -> None:
    reply(503, b"", wish)
    scanned()

    outside.ask_next()

    pause = OutsideProduct.objects.get().next_try_at - timezone.now()
    assert timedelta(0) < pause <= asking.LONGEST_PAUSE


@pytest.mark.parametrize(
    ("answer", "body", "reason"),
    [
        (302, b"", "status_302"),
        (400, b"", "status_400"),
        (200, b"\xff\x00", "not_json"),
        (TooLarge(), b"", "too_large"),
    ],
)
def test_what_time_does_not_heal_rests_for_a_month(
    reply: Reply, answer: object, body: bytes, reason: str
) -> None:
    reply(answer, body)
    scanned()

    outside.ask_next()

    row = OutsideProduct.objects.get()
    assert (row.state, row.is_wanted, row.reason) == (State.FAILED, False, reason)
    assert outside.for_code(GTIN) is None


def test_the_pace_is_that_of_the_terms(
    reply: Reply, asked: list[str], settings: LazySettings
) -> None:
    reply(404)
    scanned()
    scanned("04006381333931")

    assert [outside.ask_next() is None for _ in range(2)] == [False, True]
    cache.delete(asking.TURN)
    assert outside.ask_next() is not None
    settings.OUTSIDE_CATALOGUE_PER_MINUTE = 0
    assert outside.ask_next() is None


def test_nobody_asks_while_another_is_asking(reply: Reply, asked: list[str]) -> None:
    scanned()
    cache.add(asking.ASKING, 1)

    assert outside.ask_next() is None
    assert asked == []


@pytest.mark.database
def test_of_two_that_saw_the_same_row_one_gets_it() -> None:
    seen = scanned()

    assert [asking._claim(seen), asking._claim(seen)] == [True, False]


def test_whoever_died_while_asking_gives_the_code_back(
    reply: Reply, asked: list[str]
) -> None:
    reply(404)
    assert asking._claim(scanned())

    assert outside.ask_next() is None
    later()

    assert outside.ask_next() == GTIN


def changed(**members: Any) -> bytes:
    answer = json.loads(recorded("found"))
    answer.update(members)
    return json.dumps(answer).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b'{"status": 1}',
        b'{"status": "1", "product": {}}',
        changed(status=2),
        changed(product=[]),
        changed(product={"code": "4006381333931"}),
        changed(product={"code": 3017620422003}),
        changed(product={}, code=None),
    ],
    ids=range(10),
)
def test_another_answer_than_documented_is_unusable(body: bytes) -> None:
    with pytest.raises(Unusable):
        open_food_facts.read(GTIN, body)


def test_odd_values_become_short_plain_texts() -> None:
    body = changed(
        product={
            "code": "3017620422003",
            "product_name_fr": " \u202eMiel\n\x00 d’été ",
            "brands": ["Miel"],
            "quantity": "5" * 200,
            "image_front_url": "javascript:alert(1)",
            "image_url": "https://[broken",
        }
    )

    described = open_food_facts.read(GTIN, body)

    assert described == ("Miel d’été", "", "5" * 100, "")


@pytest.mark.parametrize(
    ("gtin", "number"),
    [
        ("03017620422003", "3017620422003"),
        ("00000095200015", "95200015"),
        ("00012345678905", "0012345678905"),
        ("13017620422000", "13017620422000"),
    ],
)
def test_numbers_are_written_as_the_catalogue_writes_them(
    gtin: str, number: str
) -> None:
    assert open_food_facts.barcode(gtin) == number
