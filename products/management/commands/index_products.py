"""`manage.py index_products`: let published products be found, by the operator."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from products import search_index
from products.models import SearchEntry

PIECE_SECONDS = 2.0


class Command(BaseCommand):
    """
    Indexes the published products that searches do not find yet.

    Publishing does that by itself; this is for a database that was restored, or for
    whoever does not want to wait for the sweep. It may be stopped and started again.
    """

    help = "Let searches find every published product."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do with those that are indexed."""
        parser.add_argument(
            "--all", action="store_true", help="index again what is indexed already"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Work in pieces, and say how many are left after each."""
        if options["all"]:
            # No rules have this number: each is found until it is made again.
            SearchEntry.objects.update(rules=0)
        self._tell(search_index.missing().count())
        while search_index.catch_up(seconds=PIECE_SECONDS):
            self._tell(search_index.missing().count())
        self.stdout.write(f"{SearchEntry.objects.count()} products are indexed.")

    def _tell(self, left: int) -> None:
        self.stdout.write(f"{left} products to index.")
