"""
The catalogue to be measured: `python -m bench.seeding <products>`.

Copies of the demonstration's fullest product under numbers of GS1's demonstration
prefix, so that every sheet has the same length; prints their GTINs, as JSON.
"""

import json
import os
import sys
from collections.abc import Iterator

import django


def seed(count: int) -> list[str]:
    """Fill an empty database with so many published sheets; return their GTINs."""
    from bench import databases
    from config.demonstration import civil_status, fictitious, sheets
    from products import alternatives
    from products.models import LiveDocument

    databases.prepare()
    for firm in fictitious.firms():
        civil_status.load(firm)
    fullest = max(fictitious.items(), key=lambda item: len(item.statements))
    gtins = list(_gtins(count))
    items = [fullest._replace(gtin=gtin, family=None) for gtin in gtins]
    sheets.load(items, _silent)
    sheets.publish(items, _silent)
    sheets.stock(items)
    # What stands for alternatives is the same for all, and as long as it ever is.
    LiveDocument.objects.update(
        alternatives=alternatives.unknown_body("fr"), alternatives_tag="1"
    )
    return gtins


def _gtins(count: int) -> Iterator[str]:
    from products.gtin import check_digit

    for number in range(count):
        body = f"0952{number:09}"
        yield f"{body}{check_digit(body)}"


def _silent(line: str) -> None:
    """Say nothing: standard output is for the list."""


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    sys.stdout.write(json.dumps(seed(int(sys.argv[1]))))
