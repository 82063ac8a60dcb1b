"""A credential for anyone to verify again: the bytes as they were received."""

import hashlib
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.companies.credentials.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_anyone_reads_the_token(api: APIClient) -> None:
    credential = World().receive()

    answer = api.get(f"/api/v1/credentials/{credential.sha256}")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/vc+jwt"
    assert hashlib.sha256(answer.content).hexdigest() == credential.sha256
    assert answer["ETag"] == f'"{credential.sha256}"'
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_who_has_it_already_gets_no_bytes(api: APIClient) -> None:
    credential = World().receive()

    answer = api.get(
        f"/api/v1/credentials/{credential.sha256}",
        headers={"If-None-Match": f'"{credential.sha256}"'},
    )

    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize("digest", ["0" * 64, "x", "%00", "A" * 500])
def test_another_digest_names_nothing(api: APIClient, digest: str) -> None:
    answer = api.get(f"/api/v1/credentials/{digest}")

    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_credential"


def test_the_published_fact_names_the_credential(api: APIClient) -> None:
    world = World()
    credential = world.receive()

    answer = api.get(f"/api/v1/companies/{world.company.pk}")

    found = answer.json()["facts"]["employees"]["verifications"]
    assert [one["credential_sha256"] for one in found] == [credential.sha256]


def test_reading_takes_one_query(
    api: APIClient, django_assert_num_queries: Any
) -> None:
    credential = World().receive()

    with django_assert_num_queries(1):
        api.get(f"/api/v1/credentials/{credential.sha256}")
