"""Telling that what is served changed: on commit, and to everyone who listens."""

from typing import Any

import pytest
from django.db import connection, transaction

from products import live
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Any:
    """Yield what was heard meanwhile."""
    numbers: list[str] = []
    stop = live.listen(numbers.append)
    yield numbers
    stop()


def test_it_is_told_on_commit_in_one_process(
    heard: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        live.note_changes({"2", "1"})
        live.note_change("3")
        live.note_changes([])
        assert heard == []

    assert heard == (["1", "2", "3"] if connection.vendor == "sqlite" else [])


def test_who_has_stopped_hears_no_more() -> None:
    numbers: list[str] = []
    stop = live.listen(numbers.append)
    live.tell(["1"])
    stop()
    stop()

    live.tell(["2"])

    assert numbers == ["1"]


def test_a_listener_that_fails_stops_no_other(heard: list[str]) -> None:
    def fail(gtin: str) -> None:
        raise ValueError(gtin)

    stop = live.listen(fail)
    live._listeners.reverse()

    live.tell(["1", "2"])

    stop()
    assert heard == ["1", "2"]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_the_database_tells_every_process_that_listens() -> None:
    import psycopg

    gtins = sorted(make.gtin() for _ in range(3))
    parameters = connection.get_connection_params()
    wanted = {key: parameters[key] for key in ("dbname", "host", "port", "user")}
    with psycopg.connect(
        **wanted, password=parameters.get("password"), autocommit=True
    ) as other:
        other.execute(f"LISTEN {live.CHANNEL}")
        with transaction.atomic():
            live.note_changes(gtins)
        with transaction.atomic():
            live.note_change(make.gtin())
            transaction.set_rollback(True)

        told = list(other.notifies(timeout=5, stop_after=3))

    assert sorted(one.payload for one in told) == gtins
