"""A shop with a server of its own, for the tests that speak HTTP."""

from collections.abc import Iterator

import pytest

from tests import make
from tests.checkout.serving import Shop, served


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Return where the application answers, once for a whole file."""
    with served() as where:
        yield where


@pytest.fixture
def shop(transactional_db: None, address: str) -> Shop:
    """Return a shop whose company's employees are 64 % satisfied."""
    company = make.company("Magasin X")
    make.rate(company, 64)
    terminal, secret = make.terminal(company)
    return Shop(address, terminal, secret)
