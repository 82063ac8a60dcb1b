"""The made-up chain of shops of the demonstration."""

from uuid import UUID

import pytest

from config.demonstration import data, shops
from scanning.models import Chain, InStoreNumber, NumberLayout, Store
from scanning.services.reading import Told, scan_text
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_price_label_of_the_chain_leads_to_the_product_in_its_shops() -> None:
    content = data.read("shops.json")
    company = make.company(id=UUID(content["company"]))
    for gtin in content["numbers"].values():
        make.product(gtin, of=company, published=True)
    label = "2110201008991"

    shops.load()
    before = [model.objects.count() for model in (Chain, NumberLayout, Store)]
    shops.load()
    scanned = scan_text(label, told=Told("ean_13", None, "sept-lunes-lille"))

    assert scanned.gtin == "09520001002014"
    assert scanned.found.as_document()["price"] == "8.99"
    assert [model.objects.count() for model in (Chain, NumberLayout, Store)] == before
    assert InStoreNumber.objects.count() == len(content["numbers"])
