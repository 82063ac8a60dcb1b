"""Errands: what is done once the request is answered."""

import threading

import pytest
import structlog
from structlog.testing import capture_logs

from common import afterwards


def test_without_a_request_an_errand_is_done_at_once() -> None:
    done: list[str] = []

    afterwards.run(lambda: done.append("now"))

    assert done == ["now"]


def test_in_a_request_it_waits_for_the_answer() -> None:
    done: list[str] = []

    with afterwards.Errands() as errands:
        afterwards.run(lambda: done.append("first"))
        afterwards.run(lambda: done.append("second"))
        assert done == []
    afterwards.run(lambda: done.append("of nobody"))
    errands.do()

    assert done == ["of nobody", "first", "second"]


def test_requests_of_other_threads_have_their_own() -> None:
    done: list[str] = []
    with afterwards.Errands() as errands:
        other = threading.Thread(
            target=afterwards.run, args=(lambda: done.append("other"),)
        )
        other.start()
        other.join()

    assert done == ["other"]
    assert errands == []


def test_what_one_raises_keeps_none_from_the_others() -> None:
    done: list[str] = []

    with afterwards.Errands() as errands:
        afterwards.run(lambda: [][0])
        afterwards.run(lambda: done.append("second"))
    with capture_logs() as logs:
        errands.do()

    assert done == ["second"]
    assert [entry["event"] for entry in logs] == ["errand.failed"]


def test_an_errand_names_the_request_that_it_comes_from() -> None:
    seen: list[object] = []

    with (
        afterwards.Errands() as errands,
        structlog.contextvars.bound_contextvars(request_id="r1"),
    ):
        afterwards.run(
            lambda: seen.append(structlog.contextvars.get_contextvars()["request_id"])
        )
    pool = threading.Thread(target=errands.do)
    pool.start()
    pool.join()

    assert seen == ["r1"]


def test_a_request_that_fails_leaves_no_collection_behind() -> None:
    done: list[str] = []

    with pytest.raises(LookupError), afterwards.Errands():
        raise LookupError("in the middle")
    afterwards.run(lambda: done.append("now"))

    assert done == ["now"]
