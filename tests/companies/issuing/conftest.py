"""What is signed here is signed as under a public address."""

from typing import Any

import pytest

from tests.companies.issuing.world import BASE_URL


@pytest.fixture(autouse=True)
def _public_address(settings: Any) -> None:
    settings.BASE_URL = BASE_URL
