"""The engine: connections that are looked at, and statements that are kept."""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.backends.postgresql import base
from pytest_django import DjangoAssertNumQueries

from checkout.models import TerminalRequest
from common import compiled
from companies.models import Company
from tests import make

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

NAMES = compiled.Select(
    lambda company: Company.objects.filter(pk=company, name__gt="A").values_list(
        "name", flat=True
    ),
    company=Company._meta.pk,
)

REQUESTS = compiled.Insert(TerminalRequest)


@pytest.fixture
def fresh() -> Iterator[Any]:
    """Lend a connection on which nothing was prepared."""
    connection.close()
    connection.ensure_connection()
    yield connection
    connection.close()


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements ORDER BY name")
        return [statement for (statement,) in cursor.fetchall()]


def kill(pid: int) -> None:
    described = connection.get_connection_params()
    keys = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(
        **{key: described[key] for key in keys if key in described}, autocommit=True
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_a_silent_connection_is_usable_without_a_question(
    fresh: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def refuse(*_query: Any) -> None:
        raise AssertionError("the server was asked")

    with connection.execute_wrapper(refuse):
        assert fresh.is_usable()


def test_after_an_error_the_server_is_asked(
    fresh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda _self: "asked")

    assert fresh.is_usable() is True
    fresh.errors_occurred = True
    assert fresh.is_usable() == "asked"


def test_a_connection_that_the_server_ended_is_made_anew(fresh: Any) -> None:
    kill(fresh.connection.info.backend_pid)

    assert not fresh.is_usable()
    # As at the beginning of a request.
    fresh.health_check_enabled, fresh.health_check_done = True, False
    with fresh.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_what_is_written_once_is_planned_once(fresh: Any) -> None:
    company = make.company("Magasin %s '")
    before = prepared()

    for _again in range(3):
        assert NAMES.rows(company=company.pk) == [company.name]

    [statement] = [one for one in prepared() if one not in before]
    # A constant stands in it, and a value does not.
    assert "'A'" in statement
    assert str(company.pk) not in statement


def test_nothing_is_prepared_behind_a_pooler_that_loses_it(
    fresh: Any, settings: LazySettings
) -> None:
    settings.PREPARED_READS = False
    company = make.company("Magasin X")

    for _again in range(3):
        assert NAMES.rows(company=company.pk) == ["Magasin X"]

    assert prepared() == []


def test_ordinary_queries_are_not_prepared(fresh: Any) -> None:
    make.company("Magasin X")
    list(Company.objects.all())

    assert not [one for one in prepared() if "Magasin" in one or 'SELECT "' in one]


def test_what_is_prepared_outlives_a_rollback(fresh: Any) -> None:
    company = make.company("Magasin X")
    NAMES.rows(company=company.pk)
    before = prepared()

    with transaction.atomic():
        assert NAMES.rows(company=company.pk) == ["Magasin X"]
        with contextlib.suppress(LookupError), transaction.atomic():
            raise LookupError("back to the savepoint")
        transaction.set_rollback(True)

    assert NAMES.rows(company=company.pk) == ["Magasin X"]
    assert prepared() == before


def test_a_question_that_fails_is_prepared_again(fresh: Any) -> None:
    terminal = make.terminal(make.company("Magasin X")).terminal

    def ask_again() -> None:
        REQUESTS.run(TerminalRequest(terminal=terminal, key="1", route="r"))

    ask_again()
    connection.close()
    for _again in range(2):
        with pytest.raises(IntegrityError):
            ask_again()

    TerminalRequest.objects.all().delete()
    ask_again()
    assert TerminalRequest.objects.count() == 1


@pytest.mark.parametrize("is_in_transaction", [False, True])
def test_what_somebody_dropped_is_prepared_again(
    fresh: Any, *, is_in_transaction: bool
) -> None:
    company = make.company("Magasin X")
    NAMES.rows(company=company.pk)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")

    if is_in_transaction:
        # Which PostgreSQL has given up by then.
        with pytest.raises(DatabaseError), transaction.atomic():
            NAMES.rows(company=company.pk)
    assert NAMES.rows(company=company.pk) == ["Magasin X"]
