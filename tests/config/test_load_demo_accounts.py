"""The accounts of the demonstration: what their credentials open, and for how long."""

import copy
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from checkout.models import Terminal
from config.demonstration import (
    accounts,
    civil_status,
    credentials,
    fictitious,
    second_factor,
)
from shoppers import handles
from shoppers.models import Device, Shopper
from shoppers.services import register_shopper

pytestmark = pytest.mark.django_db

Known = dict[str, Any]


@pytest.fixture(scope="module", autouse=True)
def opened(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Known]:
    """
    Load the company of the terminal, and open the doors a first time.

    Once: each test rolls back what it changes.
    """
    with django_db_blocker.unblock():
        civil_status.load(fictitious.firms()[0])
        yield accounts.open_doors({})
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def known(opened: Known) -> Known:
    """Return the credentials in a copy that a test may spoil."""
    return copy.deepcopy(opened)


def test_the_company_s_user_is_an_owner_and_no_more(known: Known) -> None:
    user = User.objects.get(username=known["company_user"]["username"])

    assert user.check_password(known["company_user"]["password"])
    assert user.is_staff
    assert not user.is_superuser
    assert user.memberships.get().role == "owner"
    assert user.memberships.get().company.name == known["terminal"]["company"]
    assert user.has_perm("companies.view_company")
    assert not user.has_perm("auth.view_user")


def test_the_operator_may_do_everything(known: Known) -> None:
    user = User.objects.get(username=known["operator"]["username"])

    assert user.check_password(known["operator"]["password"])
    assert user.is_superuser


@pytest.mark.parametrize("door", ["company_user", "operator"])
def test_an_account_s_second_factor_opens_with_the_secret_of_the_file(
    known: Known, door: str
) -> None:
    factor = Authenticator.objects.get(user__username=known[door]["username"])
    code, seconds = second_factor.code(known[door]["totp_secret"])

    assert factor.wrap().validate_code(code)
    assert 0 < seconds <= 30


def test_credentials_of_a_version_without_second_factors_get_them_alone(
    known: Known,
) -> None:
    older = {
        door: {
            name: value for name, value in known[door].items() if name != "totp_secret"
        }
        for door in ("company_user", "operator")
    }
    Authenticator.objects.all().delete()

    after = accounts.open_doors({**known, **older})

    assert not accounts.have_second_factors({**known, **older})
    assert accounts.have_second_factors(after)
    for door in ("company_user", "operator"):
        assert after[door]["password"] == known[door]["password"]


def test_a_secret_that_is_not_the_account_s_is_replaced(known: Known) -> None:
    spoilt = {**known["operator"], "totp_secret": "A" * 32}

    after = accounts.open_doors({**known, "operator": spoilt})

    assert after["operator"]["totp_secret"] not in {
        "A" * 32,
        known["operator"]["totp_secret"],
    }
    assert after["company_user"] == known["company_user"]


def test_the_command_shows_the_code_of_a_demonstration_account(
    known: Known,
    settings: LazySettings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings.DATA_DIR = tmp_path
    credentials.write(known)
    settings.MFA_TOTP_TOLERANCE = 1

    call_command("second_factor", "demo-company")

    factor = Authenticator.objects.get(user__username="demo-company")
    assert factor.wrap().validate_code(capsys.readouterr().out.strip())


def test_the_command_shows_nobody_else_s_code(
    known: Known, settings: LazySettings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    credentials.write(known)
    second_factor.give(User.objects.create_user("ada"))

    with pytest.raises(CommandError, match="no account of the demonstration"):
        call_command("second_factor", "ada")
    settings.IS_PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("second_factor", "demo-company")


def test_the_till_signs_with_its_secret(known: Known) -> None:
    terminal = Terminal.objects.get(pk=known["terminal"]["id"])

    assert terminal.proving_keys == [known["terminal"]["secret"]]


def test_each_shopper_s_token_opens_their_space(
    known: Known, api: APIClient, bearer: Callable[[str], Any]
) -> None:
    assert [entry["language"] for entry in known["shoppers"]] == ["fr", "en"]
    for entry in known["shoppers"]:
        answer = api.post("/api/v1/me/pass", headers=bearer(entry["token"]))
        assert answer.status_code == 201, answer.content


def test_what_still_opens_is_left_as_it_is(known: Known) -> None:
    assert accounts.open_doors(known) == known


def test_one_token_that_opens_nothing_is_replaced_alone(known: Known) -> None:
    first, second = known["shoppers"]
    Device.objects.filter(token_digest=handles.digest(first["token"])).update(
        token_digest=handles.digest("another")
    )

    after = accounts.open_doors(known)

    assert after["shoppers"][0]["token"] != first["token"]
    assert after["shoppers"][1] == second
    assert {**after, "shoppers": []} == {**known, "shoppers": []}


def test_lost_credentials_are_replaced_and_the_old_ones_open_nothing(
    known: Known,
) -> None:
    after = accounts.open_doors({})

    user = User.objects.get(username=known["company_user"]["username"])
    assert not user.check_password(known["company_user"]["password"])
    assert user.check_password(after["company_user"]["password"])
    terminal = Terminal.objects.get()
    assert terminal.proving_keys == [after["terminal"]["secret"]]
    old = {handles.digest(entry["token"]) for entry in known["shoppers"]}
    assert not Device.objects.filter(token_digest__in=old).exists()
    assert Shopper.objects.count() == Device.objects.count() == 2


def test_a_visitor_of_the_same_name_keeps_their_account(known: Known) -> None:
    visitor = register_shopper(display_name=known["shoppers"][0]["name"])

    accounts.open_doors({})

    visitor.device.refresh_from_db()
    assert visitor.device.token_digest == handles.digest(visitor.token)


def test_credentials_of_another_database_are_all_replaced(known: Known) -> None:
    Terminal.objects.all().delete()

    after = accounts.open_doors(known)

    for door in ("company_user", "operator", "terminal"):
        assert after[door] != known[door]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"terminal": {"id": "x"}}'])
def test_a_spoilt_file_is_as_good_as_lost(
    settings: LazySettings, tmp_path: Path, content: str
) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / credentials.NAME).write_text(content)

    assert not accounts.belong_here(credentials.read())


def test_only_the_owner_of_the_file_reads_it(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "new"

    credentials.write({"version": "1"})
    credentials.write({"version": "2"})

    assert credentials.read() == {"version": "2"}
    assert stat.S_IMODE(credentials.path().stat().st_mode) == 0o600
    assert list(settings.DATA_DIR.iterdir()) == [credentials.path()]
