"""The proof that a revision is in the public log, as any program reads it."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from rest_framework.test import APIClient

from ledger import log_keys, proof_files, sequencing
from ledger.leaves import digest_of, named, parse
from ledger.models import Witness
from products.models import Product, Sheet
from products.services import publish_sheet
from products.services.erasing import erase_revision
from tests import make

pytestmark = pytest.mark.django_db

VERIFIER = Path(__file__).parents[2] / "docs" / "examples" / "verify_log.py"


@pytest.fixture
def product() -> Product:
    """Return a published product that the log has."""
    made = make.product(published=True)
    sequencing.sequence()
    return made


def read(api: APIClient, product: Product, tail: str = "", **headers: str) -> Any:
    address = f"/api/v1/sheets/{product.pk}/revisions/1/proof{tail}"
    return api.get(address, headers=headers)


def refusal(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_proves_the_bytes_that_the_revision_answers(
    api: APIClient, product: Product, language: str
) -> None:
    tail = f"?revision=1&lang={language}"
    sheet = api.get(f"/api/v1/products/{product.pk}{tail}")
    proof = proof_files.parse(read(api, product, f"?lang={language}").content)

    assert proof.leaf is not None
    proof_files.verify(proof, leaf=proof.leaf, keys=log_keys.known_keys())
    salt = bytes.fromhex(sheet["Flashsesame-Salt"])
    assert parse(proof.leaf)["digest"] == named(digest_of(salt, sheet.content))
    assert sheet.json()["language"] == sheet["Content-Language"] == language


@pytest.mark.parametrize(("added", "code"), [(b"", 0), (b" ", 1)], ids=["as-is", "not"])
def test_a_program_that_shares_no_code_with_ours_agrees(
    api: APIClient, product: Product, tmp_path: Path, added: bytes, code: int
) -> None:
    sheet = api.get(f"/api/v1/products/{product.pk}?revision=1&lang=fr")
    (tmp_path / "sheet").write_bytes(sheet.content + added)
    (tmp_path / "proof").write_bytes(read(api, product, "?lang=fr").content)
    key = str(log_keys.known_keys()[0])

    ran = subprocess.run(
        [
            *(sys.executable, str(VERIFIER), "--vkey", key),
            *("--proof", str(tmp_path / "proof")),
            *("--content", str(tmp_path / "sheet")),
            *("--salt", sheet["Flashsesame-Salt"]),
        ],
        capture_output=True,
        check=False,
    )

    assert ran.returncode == code, ran.stderr


def test_the_language_is_the_reader_s_unless_the_address_names_it(
    api: APIClient, product: Product
) -> None:
    french = read(api, product, "?lang=fr", **{"Accept-Language": "en"})

    assert read(api, product, **{"Accept-Language": "fr"}).content == french.content
    assert read(api, product, **{"Accept-Language": "en"}).content != french.content


def test_the_sheet_and_its_revision_name_their_proof(
    api: APIClient, product: Product
) -> None:
    sheet = api.get(f"/api/v1/products/{product.pk}").json()
    past = api.get(f"/api/v1/products/{product.pk}?revision=1&lang=en")
    listed = api.get(f"/api/v1/products/{product.pk}/revisions").json()["results"][0]

    assert f"<{past.json()['proof']}>" in past["Link"]
    assert listed["proof"] == sheet["proof"]
    salt = bytes.fromhex(listed["salt"])
    body = bytes(Sheet.objects.get(language="fr").body)
    assert listed["digest"] == hashlib.sha256(salt + body).hexdigest()
    path = sheet["proof"].partition("/api/")[2]
    assert api.get(f"/api/{path}").status_code == 200


def test_it_is_text_that_caches_keep_for_an_hour(
    api: APIClient, product: Product
) -> None:
    answer = read(api, product)

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=3600"
    again = read(api, product, **{"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_until_the_log_has_it_a_reader_is_asked_to_wait(api: APIClient) -> None:
    product = make.product(published=True)

    answer = read(api, product)

    assert refusal(answer) == (404, "proof_pending")
    assert answer["Retry-After"] == "5"


def test_what_is_numbered_and_not_published_yet_waits_as_well(
    api: APIClient, product: Product
) -> None:
    make.field(product, "identity.brand", "Test")
    publish_sheet(product=product)
    Witness.objects.create(
        vkey="witness.example/w1+753290c2+BKL6L0o1W6LpB6UwCenjfK3fesfmagi6B2MfVTBys/JM",
        url="https://witness.example",
        is_required=True,
    )
    sequencing.sequence()

    answer = api.get(f"/api/v1/sheets/{product.pk}/revisions/2/proof")

    assert refusal(answer) == (404, "proof_pending")
    assert read(api, product).status_code == 200


def test_what_is_older_than_the_log_is_said_to_be(
    api: APIClient, product: Product
) -> None:
    sheet = Sheet.objects.get(product=product, language="fr")
    sheet.pk, sheet.revision, sheet.entry = None, 2, None
    sheet.save()

    answer = api.get(f"/api/v1/sheets/{product.pk}/revisions/2/proof?lang=fr")

    assert refusal(answer) == (404, "revision_not_logged")
    assert not answer.has_header("Retry-After")


def test_what_was_erased_is_gone(api: APIClient, product: Product) -> None:
    make.field(product, "identity.brand", "Test")
    publish_sheet(product=product)
    erase_revision(product=product, revision=1, reason="A court's order")

    assert refusal(read(api, product)) == (410, "revision_erased")
    address = f"/api/v1/products/{product.pk}"
    assert refusal(api.get(f"{address}?revision=1")) == (410, "revision_erased")
    listed = api.get(f"{address}/revisions").json()["results"]
    assert listed[0]["salt"]
    assert listed[1]["salt"] is None


@pytest.mark.parametrize(
    ("gtin", "number", "code"),
    [
        ("03017620422003", "1", "unknown_product"),
        ("03017620422004", "1", "invalid_gtin"),
        ("", "2", "unknown_revision"),
        ("", "0", "unknown_revision"),
        ("", "x", "unknown_revision"),
    ],
)
def test_what_was_never_published_has_no_proof(
    api: APIClient, product: Product, gtin: str, number: str, code: str
) -> None:
    answer = api.get(f"/api/v1/sheets/{gtin or product.pk}/revisions/{number}/proof")

    assert answer.json()["code"] == code


def test_a_proof_costs_the_same_in_a_longer_log(
    api: APIClient, product: Product, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(5):
        read(api, product)
    for _number in range(5):
        make.product(published=True)
    sequencing.sequence()
    with django_assert_num_queries(5):
        read(api, product)
