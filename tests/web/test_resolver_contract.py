"""Every row of the resolver's contract, through the whole stack."""

import pytest
from django.conf import settings
from django.test import Client

from tests import resolver_world
from tests.resolver_checks import Answer
from tests.resolver_contract import ROWS, Row

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def asked(client: Client, row: Row) -> Answer:
    """Send a row's request as a server hands it to Django."""
    request = row.request
    answer = client.generic(
        request.method,
        request.target,
        headers=request.sent_headers(),
        RAW_URI=request.target,
    )
    headers = {name.lower(): value for name, value in answer.items()}
    return Answer(answer.status_code, headers, answer.content, settings.BASE_URL)


@pytest.mark.parametrize("row", ROWS, ids=[f"row-{row.number}" for row in ROWS])
def test_the_contract_holds(client: Client, row: Row) -> None:
    resolver_world.create()

    answer = asked(client, row)

    row.check(answer)
    assert answer.status < 500
    assert "set-cookie" not in answer.headers


def test_the_rows_are_all_there() -> None:
    assert [row.number for row in ROWS] == list(range(1, 114))
