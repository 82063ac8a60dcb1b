"""The public log in the back office: operators read it, and say who witnesses it."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from common import outgoing
from ledger.models import Checkpoint, Entry, Witness, WitnessedLog
from ledger.services import note_erasure
from tests import make
from tests.ledger import making
from tests.ledger.reading import checkpoint
from tests.ledger.witnesses import OtherLog, OtherWitness, connect

pytestmark = pytest.mark.django_db

LISTS = ["entry", "checkpoint", "witness", "witnessedlog", "erasure"]


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> OtherWitness:
    """A witness that can be asked, at an address that is one."""
    other = OtherWitness("witness.example/w1")
    connect(monkeypatch, other)
    monkeypatch.setattr(outgoing, "check_url", lambda _url: None)
    return other


def post(client: Client, path: str, **fields: Any) -> Any:
    return client.post(f"/admin/ledger/{path}", fields, follow=True)


def test_operators_read_every_list_and_row(admin_client: Client) -> None:
    entries = making.log_of(3)
    making.append(1)
    note_erasure(entry=entries[0], reason="art. 17")
    other = OtherWitness("w.example")
    row = other.row()
    log = WitnessedLog.objects.create(origin="o.example/log", vkeys="x")

    for name in LISTS:
        assert admin_client.get(f"/admin/ledger/{name}/").status_code == 200
    for path in (
        f"entry/{entries[0].pk}",
        "checkpoint/3",
        f"witness/{row.pk}",
        f"witnessedlog/{log.pk}",
    ):
        answer = admin_client.get(f"/admin/ledger/{path}/change/")
        assert answer.status_code == 200, path
    page = admin_client.get("/admin/ledger/entry/?kind__exact=sheet.revision&q=2")
    assert page.status_code == 200


def test_nobody_adds_changes_or_deletes_what_was_logged(admin_client: Client) -> None:
    [entry] = making.log_of(1)

    for path in ("entry/add/", "checkpoint/add/", "erasure/add/"):
        assert admin_client.get(f"/admin/ledger/{path}").status_code == 403
    for path in (f"entry/{entry.pk}/delete/", "checkpoint/1/delete/"):
        assert post(admin_client, path, post="yes").status_code == 403
    assert post(admin_client, f"entry/{entry.pk}/change/", kind="x").status_code == 403
    assert Entry.objects.count() == Checkpoint.objects.count() == 1


def test_a_member_of_a_company_sees_nothing_of_it() -> None:
    user = User.objects.create_user("member", is_staff=True)
    browser = Client()
    browser.force_login(user)

    for name in LISTS:
        assert browser.get(f"/admin/ledger/{name}/").status_code == 403


def test_a_witness_is_added_and_asked(
    admin_client: Client, witness: OtherWitness
) -> None:
    making.log_of(3)
    added = post(admin_client, "witness/add/", vkey=str(witness.key), url=witness.url)
    assert added.status_code == 200
    row = Witness.objects.get()
    assert not row.is_required

    told = post(
        admin_client, "witness/", action="ask_now", _selected_action=str(row.pk)
    )

    row.refresh_from_db()
    assert row.last_size == 3
    assert "witness.example/w1: " in told.content.decode()


@pytest.mark.parametrize("change", ["key", "kind", "name"])
def test_what_is_no_witness_is_not_added(
    admin_client: Client, witness: OtherWitness, change: str
) -> None:
    if change == "name":
        # The same key under another name would sign for two.
        witness.row()
    same = OtherWitness("other.example/w1")
    vkey = {
        "key": str(witness.key)[:-2] + "AA",
        "kind": str(OtherLog().key),
        "name": str(same.key),
    }[change]
    before = Witness.objects.count()

    page = post(admin_client, "witness/add/", vkey=vkey, url=witness.url)

    assert page.status_code == 200
    assert Witness.objects.count() == before


def test_an_address_of_ours_is_not_asked(admin_client: Client) -> None:
    witness = OtherWitness("witness.example/w1")

    post(admin_client, "witness/add/", vkey=str(witness.key), url="https://127.0.0.1/")

    assert not Witness.objects.exists()


def test_who_is_no_longer_required_lets_the_head_out(
    admin_client: Client, witness: OtherWitness
) -> None:
    row = witness.row(is_required=True)
    making.log_of(3)
    assert not Checkpoint.objects.exclude(published_at=None).exists()

    post(admin_client, f"witness/{row.pk}/change/", is_enabled="on")

    assert checkpoint().size == 3


def test_a_log_is_witnessed_by_its_keys(admin_client: Client) -> None:
    log = OtherLog()
    later = OtherLog(seed=9)
    post(admin_client, "witnessedlog/add/", vkeys=str(log.key))
    row = WitnessedLog.objects.get()
    assert (row.origin, row.is_enabled) == ("other.example/log", True)

    post(admin_client, "witnessedlog/add/", vkeys=str(log.key))
    post(admin_client, "witnessedlog/add/", vkeys="x")
    stranger = OtherLog("stranger.example/log")
    post(admin_client, "witnessedlog/add/", vkeys=f"{log.key} {stranger.key}")
    path = f"witnessedlog/{row.pk}/change/"
    post(admin_client, path, vkeys=str(stranger.key), is_enabled="on")
    row.refresh_from_db()
    assert row.vkeys == str(log.key)
    assert WitnessedLog.objects.count() == 1

    post(admin_client, path, vkeys=f"{log.key}\n{later.key}")
    row.refresh_from_db()
    assert row.vkeys == f"{log.key}\n{later.key}"
    assert not row.is_enabled


def test_without_a_second_factor_nothing_is_changed(
    admin_user: User, witness: OtherWitness
) -> None:
    browser = Client()
    browser.force_login(admin_user)

    post(browser, "witness/add/", vkey=str(witness.key), url=witness.url)
    post(browser, "witnessedlog/add/", vkeys=str(OtherLog().key))

    assert not Witness.objects.exists()
    assert not WitnessedLog.objects.exists()
    make.second_factor(browser)
