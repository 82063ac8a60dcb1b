"""What happens to the made-up products: events, a warning, a replacement, drawings."""

import json
from pathlib import Path
from typing import Any

import pytest

from config.demonstration import civil_status, drawings, fictitious, life, sheets
from config.demonstration.open_food_facts import NUTRITIONAL
from products import parts
from products.models import Event, Notice, Picture, Product, Replacement, Sheet

pytestmark = pytest.mark.django_db

SOCKS, BUCKET = "09520001001215", "09520001003202"
TOLD = {SOCKS, BUCKET, "09520001003219", *(one[0] for one in drawings.DRAWN)}


@pytest.fixture(autouse=True)
def loaded(tmp_path: Path, settings: Any) -> None:
    """Load the few products of which something is told, and publish them."""
    settings.CAPTURES_DIR = tmp_path / "captures"
    settings.PICTURES_DIR = tmp_path / "pictures"
    for firm in fictitious.firms():
        civil_status.load(firm)
    items = [item for item in fictitious.items() if item.gtin in TOLD]
    sheets.load(items, lambda _line: None)
    life.load()
    drawings.load()
    sheets.publish(items, lambda _line: None)


def fields(gtin: str, section: str) -> dict[str, Any]:
    """Return the published values of one section, in English."""
    body = bytes(Sheet.objects.of_gtin(gtin, "en").get().body)
    found: dict[str, Any] = json.loads(body)["sections"][section]["fields"]
    return found


def test_one_lot_is_told_whole_and_of_the_other_a_step_is_missing() -> None:
    whole, other = (
        parts.document(SOCKS, lot=lot, language="en") for lot in ("V2403", "V2404")
    )

    assert whole["gaps"] == []
    assert len(other["gaps"]) == 1
    assert [one["affected"] for one in whole["notices"]] == [False]
    assert [one["affected"] for one in other["notices"]] == [True]


def test_the_replaced_product_names_its_successor_on_its_first_sheet() -> None:
    assert fields(BUCKET, "identity")["replaced_by"]["value"]["gtin"] == (
        "09520001003219"
    )


def test_each_drawing_is_on_the_first_sheet_with_its_words() -> None:
    for gtin, _draw, alt_fr, alt_en in drawings.DRAWN:
        shown = fields(gtin, "identity")["pictures"]["value"][0]
        assert shown["alt"] == {"fr": alt_fr, "en": alt_en}
        assert {one["width"] for one in shown["sizes"]} >= {160, 480}


def test_loading_it_again_adds_nothing_and_brings_nothing_back() -> None:
    models = (Event, Notice, Picture, Replacement)
    Picture.objects.filter(product=SOCKS).update(removed_at="2026-11-01T00:00:00Z")
    before = [model._default_manager.count() for model in models]

    life.load()

    assert drawings.load() == 0
    assert [model._default_manager.count() for model in models] == before
    assert not Product.objects.due().exists()


def test_a_label_is_a_claim_when_it_is_about_nutrients() -> None:
    claims = "no-added-sugar low-or-no-fat 50-less-sugar sugar-free source-of-fibre"
    others = "organic no-gluten no-palm-oil fair-trade"

    assert all(NUTRITIONAL.fullmatch(f"en:{one}") for one in claims.split())
    assert not any(NUTRITIONAL.fullmatch(f"en:{one}") for one in others.split())
