"""What a person reads first: panels, figures, warnings, the lot asked for."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from companies.levels import SourceKind
from companies.models import Company
from companies.services import Source
from products.models import Product, Replacement, ReplacementReason
from products.services import issue_notice, publish_sheet, set_stock
from products.services.noticing import Content, Issuer
from tests import make
from tests.products.event_documents import captured, document, life

pytestmark = pytest.mark.django_db

HTML = {"Accept": "text/html"}
FULL_PRICE = [
    {"code": "raw_materials", "amount": "40.00"},
    {"code": "labour_direct", "amount": "20.00"},
    {"code": "brand_margin", "amount": "15.00"},
    {"code": "retail_margin", "amount": "25.00"},
    {"code": "tax_vat", "amount": "20.00"},
]


@pytest.fixture(autouse=True)
def private_folder(tmp_path: Path, settings: Any) -> None:
    """Keep the documents of each test apart."""
    settings.CAPTURES_DIR = tmp_path / "captures"


@pytest.fixture
def maker() -> Company:
    """Return who makes the product."""
    return make.company("Tricoterie")


@pytest.fixture
def product(maker: Company) -> Product:
    """Return a product of a company, without a sheet yet."""
    return make.product(of=maker, name="Pull marin")


def read(client: Client, address: str, status: int = 200) -> str:
    """Return a page in English."""
    answer = client.get(address, {"lang": "en"}, headers=HTML)
    assert answer.status_code == status
    return answer.content.decode()


def part_of(text: str, name: str) -> str:
    """Return one section of a page."""
    return text[text.index(f'id="{name}"') :].split("</section>")[0]


def with_price(product: Product, components: list[dict[str, str]]) -> str:
    """State what a price is made of, and publish; return where the page is."""
    for path, value in (("price_ttc", "120.00"), ("vat_rate", "20")):
        make.field(product, f"price.{path}", value)
    make.field(product, "price.components", components)
    publish_sheet(product=product)
    return f"/01/{product.pk}"


def test_a_whole_price_is_drawn_and_labour_stands_out(
    client: Client, product: Product
) -> None:
    price = part_of(read(client, with_price(product, FULL_PRICE)), "price")

    assert price.count('class="bar"') == len(FULL_PRICE)
    assert price.count("is-labour") == 1
    # The largest amount has the whole width; each one stands in words as well.
    assert 'width="100.0"' in price
    assert 'width="50.0"' in price


def test_a_part_of_a_price_is_told_and_never_drawn(
    client: Client, product: Product
) -> None:
    price = part_of(read(client, with_price(product, FULL_PRICE[:2])), "price")

    assert "no percentage is shown" in price
    assert 'class="bar"' not in price


def test_a_judgement_is_a_word_and_not_only_a_colour(
    client: Client, product: Product
) -> None:
    price = part_of(read(client, with_price(product, FULL_PRICE)), "price")

    assert '<p class="judged judged-good">favourable</p>' in price


def test_panels_come_before_the_values_and_their_sources(
    client: Client, product: Product
) -> None:
    source = Source(SourceKind.PRODUCER, "Tricoterie")
    make.field(product, "manufacturing.lead_time", "P29D", source=source)
    publish_sheet(product=product)

    made = part_of(read(client, f"/01/{product.pk}"), "manufacturing")

    assert made.index("panel-lead_time") < made.index("<details")
    assert made.index("<details") < made.index("declared by the producer Tricoterie")


def test_what_does_not_fit_is_said_with_what_follows(
    client: Client, product: Product
) -> None:
    make.field(product, "eco.environmental_cost", "1180")
    publish_sheet(product=product)

    eco = part_of(read(client, f"/01/{product.pk}"), "eco")

    assert "To note:" in eco
    assert "without the number of its declaration" in eco
    assert "official portal" in eco


def test_each_shop_says_the_hour_of_its_count(client: Client, product: Product) -> None:
    publish_sheet(product=product)
    set_stock(product=product, store="Ambert", quantity=3)

    stock = part_of(read(client, f"/01/{product.pk}"), "stock")

    assert "Ambert: 1–5, told at " in stock


def test_a_replaced_product_leads_to_its_successor(
    client: Client, maker: Company, product: Product
) -> None:
    newer = make.product(of=maker, published=True, name="Pull marin 2")
    reason = ReplacementReason.CONTENT
    Replacement.objects.create(
        old=product, new=newer, since=date(2026, 2, 1), reason=reason
    )
    publish_sheet(product=product)

    text = read(client, f"/01/{product.pk}")
    top = text[: text.index("<h1 ")]

    assert f'<a href="/01/{newer.pk}?lang=en">' in top
    assert "took its place" in top


def warn(product: Product, *batches: dict[str, str]) -> None:
    """Issue a notice about some lots."""
    content = Content(
        kind="recall",
        authority="Tricoterie",
        reference="T-1",
        published_at=datetime(2026, 9, 1, tzinfo=UTC),
        text={"fr": "Aiguille.", "en": "A needle <b>may</b> have stayed."},
        what_to_do={"fr": "Rapporter.", "en": "Bring it back."},
        batches=list(batches),
    )
    assert product.company is not None
    owner = make.member(product.company, role="editor")
    publish_sheet(product=product)
    issue_notice(product=product, content=content, by=Issuer(author=owner))


def test_a_recall_is_on_top_and_says_which_lots(
    client: Client, product: Product
) -> None:
    warn(product, {"lot": "LOT-1"})

    text = read(client, f"/01/{product.pk}")
    top = text[: text.index("<h1 ")]

    assert "this concerns lot LOT-1" in top
    assert "A needle &lt;b&gt;may&lt;/b&gt; have stayed." in top
    assert "Bring it back." in top


def test_a_lot_has_its_journey_and_its_own_warning(
    client: Client, maker: Company, product: Product
) -> None:
    captured(maker, document(*life(product.pk, lot="LOT-1")))
    warn(product, {"lot": "LOT-1"})

    text = read(client, f"/01/{product.pk}/10/LOT-1")
    top = text[: text.index("<h1 ")]
    told = part_of(text, "part")

    assert "LOT-1" in top
    assert top.count('class="recall') == 1
    assert '<ol class="steps">' in told
    assert "recorded, not signed" in told


def test_a_lot_that_is_not_meant_is_not_alarmed(
    client: Client, product: Product
) -> None:
    warn(product, {"lot": "LOT-1"})

    text = read(client, f"/01/{product.pk}/10/LOT-2")

    assert 'class="recall is-not-meant"' in text


def test_a_lot_that_nobody_documented_is_said_to_be_so(
    client: Client, product: Product
) -> None:
    publish_sheet(product=product)

    told = part_of(read(client, f"/01/{product.pk}/10/LOT-9"), "part")

    assert "Nobody has documented" in told


def test_what_is_no_lot_is_refused_everywhere(client: Client, product: Product) -> None:
    publish_sheet(product=product)

    for address in (f"/sheets/{product.pk}", f"/api/v1/products/{product.pk}"):
        answer = client.get(
            address, {"lot": "é"}, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 400
        assert answer.json()["code"] == "invalid_part"


def test_the_json_of_a_lot_is_the_sheet_and_one_member_more(
    client: Client, maker: Company, product: Product
) -> None:
    captured(maker, document(*life(product.pk, lot="LOT-1")))
    publish_sheet(product=product)
    address = f"/api/v1/products/{product.pk}"

    whole, lot = client.get(address), client.get(address, {"lot": "LOT-1"})

    told = lot.json()
    assert told.pop("part")["lot"] == "LOT-1"
    assert told == whole.json()
    assert lot["ETag"] != whole["ETag"]
    again = {"If-None-Match": lot["ETag"]}
    assert client.get(address, {"lot": "LOT-1"}, headers=again).status_code == 304
    assert client.get(address, {"lot": "LOT-2"}, headers=again).status_code == 200


def test_a_lot_of_a_product_without_a_sheet_is_unknown(
    client: Client, product: Product
) -> None:
    answer = client.get(f"/api/v1/products/{product.pk}", {"lot": "LOT-1"})

    assert answer.status_code == 404
