"""Imports of products: a synthetic dump, its import, and a raw COPY of its rows."""

import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from config.testing.postgres import postgres
from products.gtin import check_digit

BASE_DIR = Path(__file__).resolve().parent.parent
SAMPLES = BASE_DIR / "config/demonstration/off_products.json"
QUICK, THOROUGH = 20_000, 1_000_000
# What the issue asks for.
LEAST_RATIO, MOST_MB = 0.4, 300
OWN = {"name", "names", "nutriments_100g", "agribalyse", "code_class", "gtin14"}


def run(arguments: Sequence[str]) -> None:
    """Measure and print; exit with 1 where a bar is missed."""
    options = _options(arguments)
    _say(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="flashsesame-") as folder:
        dump = Path(folder) / "dump.jsonl.gz"
        _write(dump, options.products)
        _say(
            f"{options.products} products, dump of {dump.stat().st_size / 1e6:.0f} MB\n"
        )
        with postgres({"fsync": "on"}) as url:
            found = _measured(dump, options, url, folder)
    _print(found, options.products)
    if found["ratio"] < LEAST_RATIO or found["peak_mb"] > MOST_MB:
        _say(f"MISSED: at least {LEAST_RATIO} and at most {MOST_MB} MB")
        sys.exit(1)


def _options(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(
        prog="product_import.py", description="What an import of products costs."
    )
    parser.add_argument("--thorough", action="store_true", help="1,000,000 products")
    parser.add_argument("--products", type=int, help="how many the dump has")
    parser.add_argument("--rounds", type=int, help="imports, each beside a raw COPY")
    options = parser.parse_args(arguments)
    options.products = options.products or (THOROUGH if options.thorough else QUICK)
    options.rounds = options.rounds or (1 if options.products > 100_000 else 3)
    return options


def _measured(dump: Path, options: Namespace, url: str, folder: str) -> dict[str, Any]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("FLASHSESAME_")
    }
    outcome = subprocess.run(
        [
            *(sys.executable, "-m", "bench.dumping_run"),
            *(str(dump), str(options.products), str(options.rounds)),
        ],
        cwd=BASE_DIR,
        env={
            **kept,
            "FLASHSESAME_DATA_DIR": folder,
            "FLASHSESAME_DATABASE_URL": url,
            # Without a broker the hint to the workers is refused, and says so.
            "FLASHSESAME_LOG_LEVEL": "CRITICAL",
        },
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


def _print(found: dict[str, Any], products: int) -> None:
    rows = {
        "unpacked and kept": found["keep"],
        "recorded": found["record"],
        "both: the import": found["import"],
        "again, nothing new": found["again"],
        "raw COPY of the same rows": found["raw"],
    }
    _say(f"{'median of the rounds':30}{'s':>9}{'products/s':>13}")
    for title, seconds in rows.items():
        _say(f"{title:30}{seconds:9.2f}{products / seconds:13.0f}")
    _say("")
    _say(f"import / raw COPY = {found['ratio']:.2f} ({_rounds(found['ratios'])})")
    _say(f"recording alone / raw COPY = {found['raw'] / found['record']:.2f}")
    _say(f"longest piece {found['longest']:.2f} s")
    _say(
        f"peak memory {found['peak_mb']:.0f} MB, "
        f"of it before the import {found['idle_mb']:.0f} MB"
    )


def _rounds(ratios: Sequence[float]) -> str:
    return "rounds " + ", ".join(f"{ratio:.2f}" for ratio in ratios)


def _write(path: Path, count: int) -> None:
    """Write a dump: real records under other numbers, names, amounts and dates."""
    chance = random.Random(1)
    samples = json.loads(SAMPLES.read_text(encoding="utf-8"))["products"]
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as file:
        for record in _records(samples, count, chance):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _records(
    samples: Sequence[dict[str, Any]], count: int, chance: random.Random
) -> Iterator[dict[str, Any]]:
    for number in range(count):
        sample = samples[number % len(samples)]
        body = f"30{number:010}"
        name = f"{sample['name']} n° {number}"
        record = {key: value for key, value in sample.items() if key not in OWN}
        record |= {
            "code": body + str(check_digit(body)),
            "product_name": name,
            f"product_name_{sample.get('lang', 'fr')}": name,
            "nutriments": {
                f"{key}_100g": round(value * chance.uniform(0.5, 1.0), 1)
                for key, value in sample.get("nutriments_100g", {}).items()
            },
            "last_modified_t": 1_700_000_000 + chance.randrange(60_000_000),
        }
        if "ingredients_text" in record:
            record["ingredients_text"] += f" Lot {number}."
        if "agribalyse" in sample:
            record["environmental_score_data"] = {"agribalyse": sample["agribalyse"]}
        yield record


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
