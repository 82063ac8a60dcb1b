"""One lot, one item: what refines a sheet, and what nobody documented."""

from pathlib import Path
from typing import Any

import pytest

from common import canonical
from companies.models import Company
from products import parts
from products.errors import PartRefused
from products.models import Product
from tests import make
from tests.products.event_documents import captured, document, life

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_folder(tmp_path: Path, settings: Any) -> None:
    """Keep the documents of each test apart."""
    settings.CAPTURES_DIR = tmp_path / "captures"


@pytest.fixture
def maker() -> Company:
    """Return who makes the pull."""
    return make.company("Tricoterie")


@pytest.fixture
def pull(maker: Company) -> Product:
    """Return a product of which one item was documented."""
    product = make.product(of=maker)
    captured(maker, document(*life(product.gtin)))
    return product


def test_an_item_has_its_journey(pull: Product) -> None:
    part = parts.document(pull.gtin, serial="A1", language="en")

    assert (part["granularity"], part["serial"], part["lot"]) == ("item", "A1", None)
    assert part["identifier"] == f"https://id.gs1.org/01/{pull.gtin}/21/A1"
    journey = part["section"]["fields"]["journey"]
    assert len([one for one in journey["value"] if one["kind"] == "event"]) == 4
    assert journey["lines"]
    assert part["notices"] == []


def test_a_lot_has_its_journey_and_no_other_lot_s(
    maker: Company, pull: Product
) -> None:
    captured(maker, document(*life(pull.gtin, lot="LOT-2", serial="B1")))

    ours = parts.document(pull.gtin, lot="LOT-1", language="en")
    theirs = parts.document(pull.gtin, lot="LOT-2", language="en")

    hashes = [
        set(one["section"]["fields"]["journey"]["event_hashes"])
        for one in (ours, theirs)
    ]
    assert ours["granularity"] == "batch"
    assert all(hashes)
    assert not hashes[0] & hashes[1]


@pytest.mark.parametrize(
    "number",
    [
        pytest.param({"lot": "LOT-9"}, id="lot"),
        pytest.param({"serial": "Z9"}, id="item"),
    ],
)
def test_what_nobody_documented_is_a_gap(number: dict[str, str], pull: Product) -> None:
    part = parts.document(pull.gtin, **number, language="en")

    assert part["section"]["fields"] == {}
    assert [one["field"] for one in part["gaps"]] == ["traceability.journey"]
    assert "Nobody has documented" in part["text"]


@pytest.mark.parametrize(
    "number",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"lot": "x" * 21}, id="too-long"),
        pytest.param({"lot": "1", "serial": "a\0b"}, id="nul"),
        pytest.param({"serial": "\ud800"}, id="surrogate"),
        pytest.param({"serial": "é"}, id="accent"),
    ],
)
def test_what_is_no_lot_and_no_serial_is_refused(number: dict[str, str]) -> None:
    with pytest.raises(PartRefused):
        parts.document(make.gtin(), **number, language="en")


def test_a_product_that_nobody_knows_has_parts_without_journey() -> None:
    part = parts.document(make.gtin(), lot="1", language="fr")

    assert part["gaps"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_part_can_be_written_as_canonical_json(language: str, pull: Product) -> None:
    part = parts.document(pull.gtin, lot="LOT-1", serial="A1", language=language)

    assert canonical.dumps(part)
    assert part["language"] == language
