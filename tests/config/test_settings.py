"""Values from the environment, and the combinations that are refused."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from config import checks
from config import environment as env

NAME = "FLASHSESAME_TEST_VALUE"


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("Yes", True), ("off", False), ("", False)]
)
def test_a_flag_is_read(
    monkeypatch: pytest.MonkeyPatch, text: str, value: bool
) -> None:
    monkeypatch.setenv(NAME, text)

    assert env.flag(NAME, default=not value) is value


def test_what_is_not_set_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)

    assert env.flag(NAME, default=True)
    assert env.number(NAME, default=3) == 3
    assert env.words(NAME, default=("a",)) == ("a",)
    assert env.path(NAME, default=Path("/x")) == Path("/x")


def test_an_empty_path_is_not_the_present_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(NAME, "")

    assert env.path(NAME, default=Path("/x")) == Path("/x")


def test_a_list_is_read_without_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, " a, ,b ,")

    assert env.words(NAME, default=()) == ("a", "b")


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (lambda: env.flag(NAME, default=True), "perhaps"),
        (lambda: env.number(NAME, default=1), "-1"),
        (lambda: env.number(NAME, default=1), "²"),
        (lambda: env.choice(NAME, choices=("a", "b"), default="a"), "c"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, read: Any, text: str
) -> None:
    monkeypatch.setenv(NAME, text)

    with pytest.raises(ImproperlyConfigured, match=NAME):
        read()


def test_a_drawn_secret_is_kept_and_private(tmp_path: Path) -> None:
    file = tmp_path / "new" / "key"

    first = env.kept_secret(file, make=lambda: "one")
    second = env.kept_secret(file, make=lambda: "two")

    assert (first, second) == ("one", "one")
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_of_two_that_draw_at_once_both_keep_the_first(tmp_path: Path) -> None:
    file = tmp_path / "key"

    def drawn_meanwhile() -> str:
        file.write_text("other")
        return "mine"

    assert env.kept_secret(file, make=drawn_meanwhile) == "other"


def test_a_postgresql_address_is_taken_apart(tmp_path: Path) -> None:
    described = env.database(
        "postgres://me:p%40ss@%2Frun%2Fpg:5433/flash?sslmode=require",
        sqlite_default=tmp_path / "x",
    )

    assert described["ENGINE"].endswith("postgresql")
    assert (described["USER"], described["PASSWORD"]) == ("me", "p@ss")
    assert (described["HOST"], described["PORT"]) == ("/run/pg", "5433")
    assert described["NAME"] == "flash"
    assert described["OPTIONS"] == {"sslmode": "require"}


def test_a_sqlite_address_makes_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "x.sqlite3"

    described = env.database(f"sqlite://{file}", sqlite_default=tmp_path / "y")

    assert described["NAME"] == str(file)
    assert file.parent.is_dir()


def test_another_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="FLASHSESAME_DATABASE_URL"):
        env.database("mysql://x/y", sqlite_default=tmp_path / "x")


@pytest.fixture
def production(settings: LazySettings) -> LazySettings:
    """Return settings with which production may run."""
    settings.IS_PRODUCTION = True
    settings.SECRET_KEY = "x" * 60
    settings.DEBUG = False
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
    settings.REDIS_URL = "redis://localhost/0"
    settings.ALLOWED_HOSTS = ["flash.example"]
    settings.BASE_URL = "https://flash.example"
    return settings


def found() -> list[str]:
    return [str(problem.id) for problem in checks.check_mode(None)]


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_a_whole_production_has_no_problem(production: LazySettings) -> None:
    assert found() == []
    checks.refuse_unusable()


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SECRET_KEY", None, "flashsesame.E001"),
        ("DEBUG", True, "flashsesame.E002"),
        (
            "DATABASES",
            {"default": {"ENGINE": "django.db.backends.sqlite3"}},
            "flashsesame.E003",
        ),
        ("REDIS_URL", "", "flashsesame.E004"),
        ("ALLOWED_HOSTS", ["*"], "flashsesame.E005"),
        ("ALLOWED_HOSTS", [], "flashsesame.E005"),
        ("BASE_URL", "http://flash.example", "flashsesame.E006"),
    ],
)
def test_what_production_must_not_have_is_refused(
    production: LazySettings, name: str, value: Any, problem: str
) -> None:
    setattr(production, name, value or getattr(production, f"INSECURE_{name}", value))

    assert found() == [problem]
    with pytest.raises(ImproperlyConfigured, match=problem):
        checks.refuse_unusable()


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_redis_beside_sqlite_is_odd_but_runs(settings: LazySettings) -> None:
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
    settings.REDIS_URL = "redis://localhost/0"

    assert found() == ["flashsesame.W001"]
    checks.refuse_unusable()


def test_a_sqlite_that_returns_no_rows_is_refused(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    uses_sqlite = connection.vendor == "sqlite"

    assert found() == (["flashsesame.E018"] if uses_sqlite else [])


@pytest.mark.parametrize("address", ["http://catalogue.example", "catalogue.example"])
def test_an_outside_catalogue_is_asked_by_https_only(
    settings: LazySettings, address: str
) -> None:
    settings.OUTSIDE_CATALOGUE = "openfoodfacts"
    settings.OUTSIDE_CATALOGUE_URL = address

    assert "flashsesame.E007" in found()


def test_a_register_that_nobody_knows_is_refused(settings: LazySettings) -> None:
    settings.REGISTERS = ("sirene", "infogreffe")

    assert "flashsesame.E009" in found()


@pytest.mark.parametrize("address", ["http://register.example", "register.example"])
def test_a_register_is_asked_by_https_only(
    settings: LazySettings, address: str
) -> None:
    settings.REGISTERS = ("gleif",)
    settings.REGISTER_URLS = {"gleif": address}

    assert "flashsesame.E010" in found()


def test_no_private_file_lies_where_everybody_is_served(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = str(tmp_path / "static")
    settings.IMPORTS_DIR = tmp_path / "imports"
    settings.EVIDENCE_DIR = tmp_path / "x" / ".." / "static" / "evidence"

    assert found() == ["flashsesame.E011"]


def test_what_is_tidied_by_one_is_not_kept_by_another(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.EVIDENCE_DIR = settings.LABELS_DIR = tmp_path / "one"

    assert found() == ["flashsesame.E012"]


def test_a_session_lasts_long_enough_to_do_something(settings: LazySettings) -> None:
    settings.SESSION_COOKIE_AGE = 0
    assert found() == ["flashsesame.E013"]

    settings.SESSION_COOKIE_AGE = 3600
    assert found() == []


@pytest.mark.parametrize("rate", ["", "120", "x/min", "120/", "120/year", "0/min"])
def test_a_rate_that_nobody_can_read_is_refused(
    settings: LazySettings, rate: str
) -> None:
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "sign-up": rate}
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": rates,
    }

    (problem,) = checks.check_mode(None)

    assert problem.id == "flashsesame.E014"
    assert "FLASHSESAME_THROTTLE_SIGN_UP" in str(problem.hint)
    with pytest.raises(ImproperlyConfigured, match="E014"):
        checks.refuse_unusable()


@pytest.mark.parametrize("contact", ["", "ops@example.com", "http://example.com"])
def test_push_services_must_learn_whom_to_reach(
    settings: LazySettings, contact: str
) -> None:
    settings.PUSH_CONTACT = contact

    assert found() == ["flashsesame.E015"]


@pytest.mark.parametrize("contact", ["mailto:ops@example.com", "https://example.com"])
def test_an_address_or_a_page_to_reach_us_is_enough(
    settings: LazySettings, contact: str
) -> None:
    settings.PUSH_CONTACT = contact

    assert found() == []


def test_the_file_of_the_firebase_account_must_be_there(
    settings: LazySettings, tmp_path: Path
) -> None:
    account = tmp_path / "account.json"
    settings.FCM_CREDENTIALS = str(account)
    assert found() == ["flashsesame.E016"]
    account.mkdir()
    assert found() == ["flashsesame.E016"]
    account.rmdir()
    account.write_text("{}")

    assert found() == []


@pytest.mark.parametrize("name", ["MAX_EVIDENCE_BYTES", "MAX_IMPORT_BYTES"])
def test_a_file_that_no_request_can_hold_is_warned_of(
    settings: LazySettings, name: str
) -> None:
    settings.MAX_BODY_BYTES = 1_000_000_000
    assert found() == []
    setattr(settings, name, 1_000_000_001)

    assert found() == ["flashsesame.W004"]
    checks.refuse_unusable()
