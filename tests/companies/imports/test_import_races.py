"""Two workers, two confirmations, a person meanwhile: every line counts once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from companies.errors import ImportNotToConfirm
from companies.importing import making
from companies.models import Company, ImportRun, Statement
from companies.services.importing import confirm_import
from tests import make
from tests.companies.imports.runs import checked, worked
from tests.companies.imports.series import COUNT, many, values

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("small_parts"),
]


def at_once(count: int, work: Callable[[], Any]) -> list[Any]:
    """Do `work` in `count` threads from the same moment on; return what came of it."""
    barrier = threading.Barrier(count)

    def run(_number: int) -> Any:
        try:
            barrier.wait(timeout=10)
            return work()
        except ImportNotToConfirm as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_workers_at_once_record_every_line_once() -> None:
    company = make.company()
    editor = make.member(company, "editor")
    run = checked(many(), company, editor)
    confirm_import(run=run, author=editor)

    def work() -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and ImportRun.objects.exclude(state="done"):
            making.work()

    at_once(3, work)

    assert values() == [str(number) for number in range(COUNT)]
    run.refresh_from_db()
    assert (run.state, run.news) == (ImportRun.State.DONE, COUNT)


def test_of_confirmations_at_once_one_counts() -> None:
    company = make.company()
    editor = make.member(company, "editor")
    run = checked(many(), company, editor)

    results = at_once(4, lambda: confirm_import(run=run, author=editor))

    assert sum(isinstance(one, ImportNotToConfirm) for one in results) == 3


def test_a_person_who_corrects_meanwhile_makes_one_chain_with_the_file() -> None:
    company = make.company()
    editor = make.member(company, "editor")
    run = checked(many(), company, editor)
    confirm_import(run=run, author=editor)

    def work() -> None:
        if threading.current_thread().name.endswith("_0"):
            worked(run)
        else:
            for number in range(5):
                make.fact(Company.objects.get(), "employees", str(1000 + number))

    at_once(2, work)

    recorded_values = values()
    assert len(recorded_values) == COUNT + 5
    assert Statement.objects.current().count() == 1
