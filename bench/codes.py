"""Parsing codes: inputs that crash or become another product, and the time."""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bench.tables import say
from products import gtin
from scanning.codes import InvalidCode, parse, resolve_path
from tests.scanning.codes.inputs import CARRIERS, FORMATS, IDENTIFIERS, TEXTS

CASES = Path(__file__).parents[1] / "tests" / "vectors" / "consumer_codes.json"
ROUNDS = 50


def run(arguments: list[str]) -> None:
    """Print crashes, wrong products and times; exit 1 when there is any of the two."""
    parser = argparse.ArgumentParser(prog="bench/code_parsing.py", description=__doc__)
    parser.add_argument(
        "--thorough",
        action="store_true",
        help="100,000 random inputs rather than 5,000: a few minutes",
    )
    options = parser.parse_args(arguments)
    examples = 100_000 if options.thorough else 5_000
    crashes = _crashes(examples)
    wrong, tried = _other_products(examples)
    say(f"random inputs that crash:            {crashes} of {examples}")
    say(f"codes that give another product:     {wrong} of {tried}")
    say(f"published cases answered as expected: {_expected()}")
    for name, median, worst in _times():
        say(f"{name:<37}median {median:.1f} µs, slowest case {worst:.1f} µs")
    if crashes or wrong:
        sys.exit(1)


def _crashes(examples: int) -> int:
    """Count the inputs at which a parser raises what it should not."""
    failed = 0

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(TEXTS, st.sampled_from(FORMATS), st.sampled_from(IDENTIFIERS))
    def feed(text: str, code_format: str | None, identifier: str | None) -> None:
        nonlocal failed
        try:
            parse(text, code_format, identifier)
            _refusing(resolve_path, text)
        except Exception as error:
            failed += 1
            say(f"crash: {error!r} at {text!r} {code_format} {identifier}")

    feed()
    return failed


def _refusing(read: Callable[[str], object], text: str) -> None:
    try:
        read(text)
    except InvalidCode:
        return


def _other_products(examples: int) -> tuple[int, int]:
    """Count carriers, right or with one digit misread, that give another product."""
    source = random.Random(20_261_122)
    wrong = tried = 0
    for _each in range(examples):
        body = "".join(source.choices("0123456789", k=12))
        number = f"{body}{gtin.check_digit(body)}"
        at, by = source.randrange(13), source.randrange(1, 10)
        misread = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
        for carrier in CARRIERS:
            tried += 2
            found = parse(carrier.format(number)).gtin14
            wrong += found not in {f"0{number}", None}
            wrong += parse(carrier.format(misread)).gtin14 is not None
        wrong += _short_ones(number[:8])
        tried += 2
    return wrong, tried


def _short_ones(digits: str) -> int:
    """Count wrong answers to 8 digits read as an EAN-8 and as a UPC-E."""
    wrong = parse(digits, "ean_8").gtin14 not in {f"000000{digits}", None}
    as_upc = parse(digits, "upc_e").gtin14
    if as_upc is not None:
        return wrong + (as_upc != gtin.expand_upc_e(digits).zfill(14))
    return int(wrong)


def _cases() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(CASES.read_text())["cases"]
    return found


def _expected() -> str:
    right = 0
    for case in _cases():
        said = parse(case["input"], case.get("hint")).as_document()
        wanted = {k: v for k, v in case["expect"].items() if k != "note"}
        right += all(said[name] == value for name, value in wanted.items())
    return f"{right} of {len(_cases())}"


def _times() -> list[tuple[str, float, float]]:
    codes = [(case["input"], case.get("hint")) for case in _cases()]
    path = "/01/09520123456788/22/2A/10/A%2FB/21/12345"
    each = [_microseconds(parse, *code) for code in codes]
    resolving = _microseconds(resolve_path, path, "17=261231")
    return [
        ("CPU time of a code:", statistics.median(each), max(each)),
        ("CPU time of a resolver path:", resolving, resolving),
    ]


def _microseconds(call: Callable[..., object], *arguments: object) -> float:
    begun = time.process_time_ns()
    for _each in range(ROUNDS):
        call(*arguments)
    return (time.process_time_ns() - begun) / ROUNDS / 1_000
