"""One row by its key, with and without a statement that is prepared."""

from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connection
from pytest_django import DjangoAssertNumQueries

from common import prepared
from products.models import Product
from tests import make

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

NAMED = prepared.Select(
    "test_named",
    "SELECT name, created_at FROM products_product WHERE gtin = %s AND name <> %s",
    (prepared.text, prepared.instant),
)


def found(product: Product) -> str | None:
    row = NAMED.row(connection, product.pk, "")
    return row[0] if row else None


@pytest.mark.parametrize("is_prepared", [True, False])
def test_it_finds_what_the_orm_finds(settings: LazySettings, is_prepared: bool) -> None:
    settings.PREPARED_READS = is_prepared
    product = make.product()

    for _ in range(3):
        row = NAMED.row(connection, product.pk, "")
        assert row is not None
        assert row[0] == product.name
        if connection.vendor == "postgresql":
            assert row[1] == pytest.approx(product.created_at.timestamp())
    assert NAMED.row(connection, make.gtin(), "") is None


def test_whoever_counts_queries_sees_it(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    product = make.product()

    with django_assert_num_queries(1):
        assert found(product) == product.name


def test_a_failing_select_is_a_database_error() -> None:
    wrong = prepared.Select("test_wrong", "SELECT nothing FROM nowhere", ())

    with pytest.raises(DatabaseError):
        wrong.row(connection)


@pytest.mark.services
def test_a_connection_that_was_cut_is_made_anew() -> None:
    product = make.product()
    assert found(product) == product.name
    backend = connection.connection.info.backend_pid
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
    finally:
        other.close()

    assert found(product) == product.name
    assert connection.connection.info.backend_pid != backend


@pytest.mark.services
def test_a_statement_that_a_pooler_dropped_is_prepared_again() -> None:
    product = make.product()
    assert found(product) == product.name
    connection.connection.execute("DEALLOCATE ALL")

    assert found(product) == product.name


@pytest.mark.services
def test_a_statement_that_somebody_prepared_before_is_used() -> None:
    product = make.product()
    assert found(product) == product.name
    prepared._prepared(connection.connection).clear()

    assert found(product) == product.name


def test_texts_and_instants_are_read_from_their_binary_form() -> None:
    assert prepared.instant(bytes(8)) == datetime(2000, 1, 1, tzinfo=UTC).timestamp()
    assert prepared.text("é".encode()) == "é"
