"""What every test stands on: a file database, eager tasks, an API client."""

import gc
import os
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import translation
from rest_framework.test import APIClient
from whitenoise.middleware import (  # type: ignore[import-untyped]
    WhiteNoiseMiddleware,
)

from bench import databases
from common import handler, waiting
from scanning import counting
from tests import make, migrated
from tests.ledger import tampering

# Longer, and a name holds what differs from process to process, or no one reads it.
LONGEST_NAME = 300
# Where the stage of the browser looks for its tests.
BROWSER = Path(__file__).parent / "browser"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect tests, and no garbage: what is found stays, and is not searched again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse names that another process would not give, and begin with what is long."""
    for item in items:
        if " at 0x" in item.name or len(item.name) > LONGEST_NAME:
            raise pytest.UsageError(f"This test needs a name of its own: {item.nodeid}")
        if item.get_closest_marker("browser") and BROWSER not in item.path.parents:
            raise pytest.UsageError(f"The browser stage does not see {item.nodeid}")
    # Stable: what is not heavy stays in its random order.
    items.sort(key=lambda item: item.get_closest_marker("heavy") is None)


@pytest.fixture(scope="session")
def ready_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a file of SQLite with every table, the same for all processes."""
    cache_of_pytest = getattr(request.config, "cache", None)
    if cache_of_pytest is not None:
        return migrated.file(cache_of_pytest.mkdir("migrated"))
    shared = tmp_path_factory.getbasetemp()
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    return migrated.file(shared.parent if is_worker else shared)


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """Begin with the file's tables on SQLite."""
    is_sqlite = connections["default"].vendor == "sqlite"
    return is_sqlite or bool(request.config.option.reuse_db)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Use a file on SQLite: threads of a test must see one another's rows."""
    if connections["default"].vendor == "sqlite":
        ready: Path = request.getfixturevalue("ready_database")
        file: Path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        migrated.copy(ready, file)
        connections["default"].settings_dict["TEST"]["NAME"] = str(file)
        # For the measurements that tests of `bench/` start.
        os.environ[databases.READY] = str(ready)


@pytest.fixture(scope="session", autouse=True)
def log_is_emptied_too() -> Iterator[None]:
    """Let what tests committed be flushed, of the log as well, which refuses it."""
    operations = type(connections["default"].ops)
    flush = operations.execute_sql_flush

    def unguarded(self: Any, sql_list: Any) -> None:
        with tampering.unguarded(self.connection.alias):
            flush(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", unguarded)
        yield


@pytest.fixture(scope="session", autouse=True)
def pool_lets_go(django_db_setup: None) -> Iterator[None]:
    """Close the pools' connections before the test database is dropped."""
    yield
    for pool, count in (
        (waiting._pool, waiting.POOL_THREADS),
        (handler.threads, settings.WEB_THREADS),
    ):
        _let_go(pool, count)


def _let_go(pool: ThreadPoolExecutor, count: int) -> None:
    everybody = Barrier(count)

    def let_go(_number: int) -> None:
        everybody.wait()
        connections.close_all()

    list(pool.map(let_go, range(count)))


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once() -> Iterator[None]:
    """Look for the static files once a process: every client would anew."""
    find = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, dict[str, Any]] = {}

    def add(self: WhiteNoiseMiddleware) -> None:
        if self.static_prefix not in found:
            find(self)
            found[self.static_prefix] = dict(self.files)
        self.files.update(found[self.static_prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add)
        yield


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
def admin_user(db: None) -> User:
    """Return the operator, without the password that takes long to hash."""
    return User.objects.create_superuser("admin", "admin@example.com")


@pytest.fixture
def admin_client(admin_user: User) -> Client:
    """Return the operator's browser, signed in with a second factor."""
    browser = Client()
    browser.force_login(admin_user)
    return make.second_factor(browser)


@pytest.fixture(autouse=True)
def own_language() -> None:
    """Start each test in the default language: the last request's would go on."""
    translation.deactivate()


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
