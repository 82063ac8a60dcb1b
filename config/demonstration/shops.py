"""A made-up chain of shops, whose scales print its own numbers with a price in them."""

from config.demonstration import data
from products.models import Product
from scanning.models import Chain, InStoreNumber, NumberLayout, Store


def load() -> None:
    """Add what is missing of the chain; a person's changes to it stay as they are."""
    content = data.read("shops.json")
    chain, is_new = Chain.objects.get_or_create(
        company_id=content["company"], name=content["chain"]
    )
    if not is_new:
        return
    for layout in content["layouts"]:
        NumberLayout.objects.create(chain=chain, **layout)
    for shop in content["stores"]:
        defaults = {"name": shop["name"], "chain": chain}
        Store.objects.get_or_create(slug=shop["slug"], defaults=defaults)
    for item, gtin in content["numbers"].items():
        product = Product.objects.get(pk=gtin)
        InStoreNumber.objects.create(chain=chain, item=item, product=product)
