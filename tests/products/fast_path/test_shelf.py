"""Sheets in memory: so many bytes, so many seconds, and never after a change."""

import pytest

from products.fast_path.shelf import LONGEST_SECONDS, Shelf

FR = ("fr", "identity")
EN = ("en", "gzip")


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shelf(clock: Clock) -> Shelf[str]:
    return Shelf(max_bytes=100, seconds=2, clock=clock)


def keep(
    shelf: Shelf[str], gtin: str, content: str, weight: int = 10, **more: float
) -> None:
    reading = shelf.begin(gtin)
    shelf.put(gtin, FR, content, reading=reading, weight=weight, **more)


def test_what_was_read_is_kept_by_language_and_coding(shelf: Shelf[str]) -> None:
    keep(shelf, "1", "french")
    shelf.put("1", EN, "english", reading=shelf.begin("1"), weight=10)

    assert shelf.get("1", FR) == "french"
    assert shelf.get("1", EN) == "english"
    assert shelf.get("1", ("en", "br")) is None
    assert shelf.get("2", FR) is None


def test_nothing_is_served_beyond_its_seconds(shelf: Shelf[str], clock: Clock) -> None:
    keep(shelf, "1", "old")

    clock.now += 1.99
    assert shelf.get("1", FR) == "old"
    clock.now += 0.01
    assert shelf.get("1", FR) is None


def test_the_seconds_count_from_before_the_reading(
    shelf: Shelf[str], clock: Clock
) -> None:
    reading = shelf.begin("1")
    clock.now += 1.5
    shelf.put("1", FR, "slowly read", reading=reading, weight=10)

    clock.now += 0.5
    assert shelf.get("1", FR) is None


def test_what_turns_old_sooner_is_kept_no_longer(
    shelf: Shelf[str], clock: Clock
) -> None:
    keep(shelf, "1", "stock of yesterday", seconds=0.5)
    keep(shelf, "2", "too old by now", seconds=-1)

    assert shelf.get("2", FR) is None
    clock.now += 0.5
    assert shelf.get("1", FR) is None


def test_a_change_is_forgotten_at_once_in_every_form(shelf: Shelf[str]) -> None:
    keep(shelf, "1", "old")
    shelf.put("1", EN, "old too", reading=shelf.begin("1"), weight=10)
    keep(shelf, "2", "another")

    shelf.forget("1")

    assert shelf.get("1", FR) is None
    assert shelf.get("1", EN) is None
    assert shelf.get("2", FR) == "another"
    assert shelf.bytes == 10


@pytest.mark.parametrize("everything", [False, True])
def test_a_read_that_began_before_a_change_is_not_kept_after_it(
    shelf: Shelf[str], everything: bool
) -> None:
    reading = shelf.begin("1")
    if everything:
        shelf.forget_all()
    else:
        shelf.forget("1")

    shelf.put("1", FR, "of before", reading=reading, weight=10)

    assert shelf.get("1", FR) is None
    keep(shelf, "1", "of after")
    assert shelf.get("1", FR) == "of after"


def test_the_one_not_asked_for_longest_makes_room(shelf: Shelf[str]) -> None:
    for number in range(4):
        keep(shelf, str(number), "kept", weight=25)
    assert shelf.get("0", FR) == "kept"

    keep(shelf, "new", "kept", weight=25)

    assert shelf.get("1", FR) is None
    assert shelf.get("0", FR) == "kept"
    assert shelf.bytes == 100


def test_the_same_again_takes_no_more_room(shelf: Shelf[str]) -> None:
    for _ in range(3):
        keep(shelf, "1", "again", weight=60)

    assert shelf.bytes == 60


def test_what_is_larger_than_the_shelf_is_not_kept(shelf: Shelf[str]) -> None:
    keep(shelf, "1", "small")
    keep(shelf, "2", "huge", weight=101)

    assert shelf.get("2", FR) is None
    assert shelf.get("1", FR) == "small"


def test_a_shelf_without_room_or_time_keeps_nothing(clock: Clock) -> None:
    for none in (
        Shelf[str](max_bytes=0, seconds=2, clock=clock),
        Shelf[str](max_bytes=100, seconds=0, clock=clock),
    ):
        keep(none, "1", "x", weight=1)
        assert none.get("1", FR) is None


def test_all_is_forgotten_when_changes_may_have_been_missed(shelf: Shelf[str]) -> None:
    keep(shelf, "1", "x")

    shelf.forget_all()

    assert shelf.get("1", FR) is None
    assert shelf.bytes == 0


def test_what_is_confirmed_is_not_read_again(shelf: Shelf[str], clock: Clock) -> None:
    keep(shelf, "1", "unchanged")

    for _beat in range(20):
        clock.now += 0.5
        shelf.confirm(clock.now)
    assert shelf.get("1", FR) == "unchanged"
    clock.now += 1.99
    assert shelf.get("1", FR) == "unchanged"
    clock.now += 0.01
    assert shelf.get("1", FR) is None


def test_a_confirmation_makes_no_change_unheard(
    shelf: Shelf[str], clock: Clock
) -> None:
    keep(shelf, "1", "old")
    shelf.forget("1")
    shelf.confirm(clock.now)

    assert shelf.get("1", FR) is None


def test_nothing_is_confirmed_for_ever(shelf: Shelf[str], clock: Clock) -> None:
    keep(shelf, "1", "old")

    clock.now += LONGEST_SECONDS
    shelf.confirm(clock.now)

    assert shelf.get("1", FR) is None


def test_what_turns_old_by_itself_is_not_confirmed(
    shelf: Shelf[str], clock: Clock
) -> None:
    keep(shelf, "1", "stock of yesterday", seconds=1)

    clock.now += 1
    shelf.confirm(clock.now)

    assert shelf.get("1", FR) is None


def test_who_hears_nothing_any_more_has_confirmed_nothing(
    shelf: Shelf[str], clock: Clock
) -> None:
    shelf.confirm(clock.now)
    shelf.forget_all()
    keep(shelf, "1", "old")

    clock.now += 2
    assert shelf.get("1", FR) is None
