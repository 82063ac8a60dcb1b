"""Cursors that somebody made up are refused like any other broken one."""

import base64

import pytest
from rest_framework.test import APIClient

from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def phone() -> APIClient:
    api = APIClient()
    token = make.shopper().token
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return api


@pytest.mark.parametrize("path", ["scan-history", "prompts"])
@pytest.mark.parametrize("position", ["2026", "%00", "9999-12-31T23:59:59+00:00", "x"])
def test_a_made_up_position_is_no_page(path: str, position: str) -> None:
    cursor = base64.b64encode(f"p={position}".encode()).decode()

    answer = phone().get(f"/api/v1/me/{path}", {"cursor": cursor})

    assert answer.status_code in {200, 404}
    if answer.status_code == 404:
        assert answer.json()["code"] == "not_found"
