"""Sheets published one by one, in batches, and by a worker: a database of their own."""

import os
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import ExitStack

from bench.tables import say

# What a described product has: enough for most sections to say something.
FIELDS = {
    "identity.name": {"fr": "Pull marin {n}", "en": "Sailor jumper {n}"},
    "identity.brand": "Vallon",
    "identity.category": ["en:knitwear"],
    "identity.net_content": {"value": "0.5", "unit": "KGM"},
    "manufacturing.lead_time": "P21D",
    "manufacturing.work_time": "PT42M",
    "places.places": [{"role": "assembly", "place": "Roubaix", "country": "FR"}],
    "price.price_ttc": "120",
    "price.vat_rate": "20",
    "price.components": [
        {"code": "labour_direct", "amount": "40"},
        {"code": "brand_margin", "amount": "60"},
        {"code": "tax_vat", "amount": "20"},
    ],
    "eco.pcf_total": "12.5",
    "eco.declared_unit": {"value": "1", "unit": "H87"},
    "eco.method": "ISO 14067",
    "eco.scope": "cradle_to_gate",
    "eco.reference_year": 2025,
}
PIECE = 500
COMPANIES = 20


def run(arguments: Sequence[str]) -> None:
    """Measure and print; exit with 1 when a sheet is missing."""
    parser = ArgumentParser(
        prog="sheet_publishing.py", description="What publishing sheets costs."
    )
    parser.add_argument("--products", type=int, default=400)
    parser.add_argument(
        "--thorough",
        action="store_true",
        help="10,000 products, PostgreSQL, Redis, a Celery worker",
    )
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["FLASHSESAME_DATA_DIR"] = folder
        os.environ.pop("FLASHSESAME_DATABASE_URL", None)
        if options.thorough:
            from config.testing.postgres import postgres
            from config.testing.redis import redis

            os.environ["FLASHSESAME_DATABASE_URL"] = stack.enter_context(postgres())
            os.environ["FLASHSESAME_REDIS_URL"] = stack.enter_context(redis())
            options.products = max(options.products, 10_000)
        is_whole = _measure(options.products, with_worker=options.thorough)
    sys.exit(not is_whole)


def _measure(products: int, *, with_worker: bool) -> bool:
    import django

    django.setup()
    from django.db import connection

    from bench import databases
    from products.models import Product, Sheet

    databases.prepare()
    gtins = _seed(products)
    load = os.getloadavg()[0]
    say(f"{connection.vendor}, {products} products, load average {load:.1f}\n")
    if with_worker:
        halves = [_by_worker(half) for half in _halves(gtins)]
    else:
        one_by_one = _at_once(gtins[: products // 8], batch=1)
        rest = gtins[products // 8 :]
        halves = [_at_once(half, batch=40) for half in _halves(rest)]
        say(f"one by one       {1e3 * one_by_one:8.2f} ms a product, both languages")
        say(f"in batches of 40 {1e3 * sum(halves) / 2:8.2f} ms a product")
        say(f"one by one / in batches {2 * one_by_one / sum(halves):8.2f}")
    say(f"second half / first half {halves[1] / halves[0]:7.2f}  (1: linear)")
    done = Sheet.objects.values("product").distinct().count()
    say(f"products with a sheet    {done} of {products}")
    return done == products and not Product.objects.due().exists()


def _seed(products: int) -> list[str]:
    from django.utils import timezone

    from companies.models import Company
    from products import gtin
    from products.models import Product, Statement

    makers = Company.objects.bulk_create(
        [Company(name=f"Société {number}") for number in range(COMPANIES)]
    )
    now = timezone.now()
    gtins = []
    for begun in range(0, products, PIECE):
        made = []
        for number in range(begun, min(begun + PIECE, products)):
            body = f"0952{number:09}"
            code = body + str(gtin.check_digit(body))
            maker = makers[number % COMPANIES]
            made.append(Product(gtin=code, name=f"Pull {number}", company=maker))
        Product.objects.bulk_create(made)
        Statement.objects.bulk_create(
            [
                Statement(
                    product=product,
                    field=field,
                    value=_numbered(value, product.gtin),
                    unit="EUR" if field.startswith("price.p") else "",
                    observed_at=now,
                )
                for product in made
                for field, value in FIELDS.items()
            ],
            batch_size=PIECE,
        )
        gtins += [product.gtin for product in made]
    return gtins


def _numbered(value: object, code: str) -> object:
    if isinstance(value, dict) and "fr" in value:
        return {language: text.format(n=code) for language, text in value.items()}
    return value


def _halves(gtins: list[str]) -> tuple[list[str], list[str]]:
    middle = len(gtins) // 2
    return gtins[:middle], gtins[middle:]


def _at_once(gtins: list[str], *, batch: int) -> float:
    """Return the seconds that each product took in this process."""
    from products.publishing import publish_products

    started = time.perf_counter()
    for begun in range(0, len(gtins), batch):
        publish_products(gtins[begun : begun + batch])
    return (time.perf_counter() - started) / len(gtins)


def _by_worker(gtins: list[str]) -> float:
    """Let a real worker publish, show its progress; return the seconds of each."""
    from django.utils import timezone

    from products.models import Product
    from products.tasks import hint_publications

    Product.objects.filter(pk__in=gtins).update(publication_due_at=timezone.now())
    command = "-m celery -A config worker --loglevel WARNING --concurrency 2"
    worker = subprocess.Popen([sys.executable, *command.split()])
    try:
        hint_publications()
        started = time.perf_counter()
        while left := Product.objects.due().count():
            say(f"  {len(gtins) - left} of {len(gtins)}")
            time.sleep(2)
        seconds = time.perf_counter() - started
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    say(f"by a worker: {seconds:.1f} s, {len(gtins) / seconds:.0f} products a second")
    return seconds / len(gtins)
