"""What the catalogue is searched by: the words of each product, and the words known."""

from django.db import models

from products.models.products import Product
from products.words.lexemes import WIDTH_OF_ORDER


class SearchEntry(models.Model):
    """
    What a product's published sheet is found by, and how lists show it.

    `words` are lexemes of `products.words`. The database keeps an index of its own over
    them: PostgreSQL a column `lexemes` and its GIN, SQLite the FTS5 table
    `products_searchtext`. Both follow by themselves whatever is written here.
    """

    product = models.OneToOneField(
        Product, models.CASCADE, primary_key=True, related_name="search_entry"
    )
    # Among what fits equally well; also the row of the FTS5 table.
    position = models.BigIntegerField(unique=True)
    order_fr = models.CharField(max_length=WIDTH_OF_ORDER)
    order_en = models.CharField(max_length=WIDTH_OF_ORDER)
    words = models.TextField()
    # JSON texts, as the list sends them.
    card_fr = models.TextField()
    card_en = models.TextField()
    # Of `products.words`, by which it was made.
    rules = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["order_fr", "product"], name="search_by_name_fr"),
            models.Index(fields=["order_en", "product"], name="search_by_name_en"),
        ]

    def __str__(self) -> str:
        return str(self.product_id)


class SearchWord(models.Model):
    """
    A word that some product has or had, which a misspelt one is compared with.

    `keys` are those of `products.words.spelling`, and indexed as the words above are.
    """

    word = models.CharField(max_length=40, unique=True)
    length = models.PositiveSmallIntegerField()
    keys = models.TextField()

    def __str__(self) -> str:
        return self.word
