"""The page of the log, and what a sheet's page gives a browser to check it by."""

import re

import pytest
from django.test import Client

from ledger import log_keys, proofs, sequencing
from ledger.models import LogKey
from products.models import Sheet
from tests import make

pytestmark = pytest.mark.django_db

ONLY_OURS = ("script-src 'self'", "connect-src 'self'", "trusted-types 'none'")


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_shows_how_far_the_log_is_and_its_key(client: Client, language: str) -> None:
    make.product(published=True)
    sequencing.sequence()
    head = proofs.published()
    assert head is not None

    page = text(client, f"/log?lang={language}")

    assert f"<dd>{head.size}</dd>" in page
    assert head.root.hex() in page
    assert str(log_keys.known_keys()[0]) in page
    assert f'<html lang="{language}">' in page
    assert {"now", "mark", "check", "memory", "addresses"} <= set(
        re.findall(r'<section class="chapter" id="(\w+)"', page)
    )


def test_before_the_first_entry_there_is_no_head(client: Client) -> None:
    page = text(client, "/log?lang=en")

    assert "It is made with the first entry." in page
    assert "Last signed" not in page


def test_only_what_checks_itself_may_run_a_script(client: Client) -> None:
    product = make.product(published=True)

    for path in (f"/01/{product.pk}", f"/sheets/{product.pk}", "/log"):
        policy = client.get(path)["Content-Security-Policy"]
        assert all(rule in policy for rule in ONLY_OURS)
        assert "unsafe" not in policy
    for path in ("/", "/search?q=x", "/01/03017620422003"):
        assert "script-src" not in client.get(path)["Content-Security-Policy"]


def test_a_sheet_names_the_bytes_it_was_made_of(client: Client) -> None:
    product = make.product(published=True)
    sequencing.sequence()

    page = text(client, f"/01/{product.pk}?lang=en")

    said = dict(re.findall(r' data-(\w+)="([^"]*)"', page))
    sheet = Sheet.objects.get(product=product, language="en")
    assert (said["revision"], said["etag"]) == ("1", sheet.etag)
    assert said["keys"] == str(log_keys.known_keys()[0])
    body = client.get(said["body"].replace("&amp;", "&"))
    assert body.content == bytes(sheet.body)
    assert client.get(said["proof"]).status_code == 200


def test_what_is_live_is_not_said_to_be_in_the_log(client: Client) -> None:
    product = make.product(published=True)

    paths = re.findall(r'data-said="([^"]*)"', text(client, f"/01/{product.pk}"))

    assert any(path.startswith("sections.identity.") for path in paths)
    live = ("sections.stock", "sections.alternatives")
    assert not [path for path in paths if path.startswith(live)]


def test_a_key_that_retired_vouches_for_nothing_new(client: Client) -> None:
    product = make.product(published=True)
    sequencing.sequence()
    old = str(log_keys.known_keys()[0])
    LogKey.objects.update(retires_at="2026-01-01T00:00:00Z")

    assert old not in text(client, f"/01/{product.pk}")
