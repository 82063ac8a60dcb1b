"""What every test stands on: a file database, eager tasks, an API client."""

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connections
from django.test import Client
from rest_framework.test import APIClient

from common import waiting
from scanning import counting
from tests import make


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Use a file on SQLite: threads of a test must see one another's rows."""
    if connections["default"].vendor == "sqlite":
        file: Path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connections["default"].settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(scope="session", autouse=True)
def pool_lets_go(django_db_setup: None) -> Iterator[None]:
    """Close the pool's connections before the test database is dropped."""
    yield
    everybody = Barrier(waiting.POOL_THREADS)

    def let_go(_number: int) -> None:
        everybody.wait()
        connections.close_all()

    list(waiting._pool.map(let_go, range(waiting.POOL_THREADS)))


@pytest.fixture(autouse=True)
def eager_tasks() -> Iterator[None]:
    """Run tasks where they are sent; a test of the real worker starts one."""
    from config.celery import app

    before = app.conf.task_always_eager
    app.conf.task_always_eager = True
    app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager = before


@pytest.fixture
def admin_client(admin_user: User) -> Client:
    """Return the operator's browser, signed in with a second factor."""
    browser = Client()
    browser.force_login(admin_user)
    return make.second_factor(browser)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Start each test without counted requests."""
    cache.clear()


@pytest.fixture(autouse=True)
def counted_when_asked() -> Iterator[None]:
    """Count scans only by `counting.flush()`: no thread, nothing left for the next."""
    counting.buffer.is_automatic = False
    counting.buffer.forget()
    yield
    counting.buffer.forget()


@pytest.fixture
def api() -> APIClient:
    """Return a client that speaks French by default, as phones here do."""
    return APIClient(raise_request_exception=False)


@pytest.fixture
def bearer() -> Any:
    """Return a function that makes the header of a token."""
    return lambda token: {"Authorization": f"Bearer {token}"}
