"""Counts recorded in bulk, and one by one, in a database of its own."""

import os
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

PRODUCTS = 200
SHOPS = 5
# Of the one-by-one counts: as many as say something, and no more.
ALONE = 100


def run(arguments: Sequence[str]) -> None:
    """Measure and print; exit with 1 when a count is not what was sent last."""
    parser = ArgumentParser(
        prog="stock_update.py", description="What a count of a shop costs."
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--lines", type=int, default=1000, help="of a bulk, at most")
    parser.add_argument("--postgres", action="store_true", help="with fsync on")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["FLASHSESAME_DATA_DIR"] = folder
        os.environ.pop("FLASHSESAME_DATABASE_URL", None)
        if not options.postgres:
            sys.exit(not _measure(options.rounds, options.lines))
        from config.testing.postgres import FOR_TESTS, postgres

        durable = {
            **FOR_TESTS,
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
        }
        with postgres(durable) as url:
            os.environ["FLASHSESAME_DATABASE_URL"] = url
            is_right = _measure(options.rounds, options.lines)
    sys.exit(not is_right)


def _measure(rounds: int, size: int) -> bool:
    import django

    django.setup()
    from django.db import connection, connections

    from bench import databases
    from companies.models import Company
    from products.models import Product, Stock
    from products.services import set_stock
    from products.services.stock_bulk import MAX_LINES, record_counts

    databases.prepare()
    company = Company.objects.create(name="Filature")
    products = Product.objects.bulk_create(
        Product(gtin=f"{number:014}", name=f"{number}", company=company)
        for number in _numbers()
    )
    size = min(size, MAX_LINES, PRODUCTS * SHOPS)
    pairs = [(one, f"Shop {shop}") for shop in range(SHOPS) for one in products][:size]
    bulk, alone, is_right = [], [], True
    for turn in range(rounds):
        lines: list[Any] = [
            {"gtin": one.pk, "store": shop, "quantity": turn} for one, shop in pairs
        ]
        started = time.perf_counter()
        answer = record_counts(company=company, lines=lines)
        bulk.append(len(lines) / (time.perf_counter() - started))
        counted = Stock.objects.filter(quantity=turn).count()
        is_right = is_right and answer["recorded"] == counted == len(lines)
        few = pairs[:ALONE]
        started = time.perf_counter()
        for one, shop in few:
            set_stock(product=one, store=shop, quantity=turn)
        alone.append(len(few) / (time.perf_counter() - started))
    _say(f"{connection.vendor}, {len(pairs)} lines of {PRODUCTS} products in")
    _say(f"{SHOPS} shops at most, median of {rounds} rounds, one after the other")
    _say(f"load average {os.getloadavg()[0]:.1f}\n")
    _say(f"{'in bulk':34}{median(bulk):9.0f} counts a second")
    _say(f"{'control: one by one':34}{median(alone):9.0f} counts a second")
    _say(f"\nbulk/alone = {median(bulk) / median(alone):.1f}")
    connections.close_all()
    return is_right


def _numbers() -> Iterator[int]:
    """Yield GTINs, whose last digit is a check digit."""
    from products.gtin import check_digit

    for number in range(PRODUCTS):
        body = f"0952{number:09}"
        yield int(body + str(check_digit(body)))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
