"""Who ends a prompt when five want to, in a database of its own."""

import logging
import os
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.tables import say

if TYPE_CHECKING:
    from tests.checkout.racing import Raced

QUICK, THOROUGH = 600, 3_000


def run(arguments: Sequence[str]) -> None:
    """Race and print; exit with 1 when two won, or when the mutant got away."""
    parser = ArgumentParser(
        prog="settling_race.py", description="Who ends a prompt when five want to."
    )
    parser.add_argument("--prompts", type=int, default=QUICK)
    parser.add_argument("--thorough", action="store_true", help="3,000 prompts")
    options = parser.parse_args(arguments)
    count = THOROUGH if options.thorough else options.prompts
    from config.testing.postgres import postgres

    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["FLASHSESAME_DATA_DIR"] = folder
        os.environ["FLASHSESAME_DATABASE_URL"] = url
        is_right = _measure(count)
    sys.exit(not is_right)


def _measure(count: int) -> bool:
    import django

    django.setup()
    # The broker is not there, which the log would say for each prompt.
    logging.disable(logging.WARNING)
    from django.db import connection, connections

    from bench import databases
    from tests.checkout import racing

    databases.prepare()
    say(f"{connection.vendor}, {count} prompts, 5 actors at once on each")
    say(f"load average {os.getloadavg()[0]:.1f}\n")
    say(f"{'':30}{'prompts':>9}{'doubled':>9}{'refused':>9}{'untrue':>9}{'open':>9}")
    kept = _raced("one conditional update", count)
    with racing.naive():
        mutant = _raced("control: read, then write", count)
    connections.close_all()
    is_kept = not any((kept.doubled, kept.refused, kept.contradicted, kept.none))
    say(f"\nprompts with two ends: {kept.doubled} of {kept.prompts}, bar 0")
    found = mutant.doubled + mutant.refused
    say(f"second ends of the naive form, told or refused: {found}, bar > 0")
    return is_kept and found > 0


def _raced(title: str, count: int) -> "Raced":
    from checkout.services import register_terminal
    from companies.models import Company
    from shoppers.services import register_shopper
    from tests.checkout import racing

    company = Company.objects.create(name=f"Magasin, {title}")
    terminal = register_terminal(company=company, label="Caisse 1").terminal
    people = [register_shopper().shopper for _ in range(count)]
    prompts = racing.prepare(terminal, people)
    started = time.perf_counter()
    found = racing.race(prompts)
    took = time.perf_counter() - started
    say(
        f"{title:30}{found.prompts:>9}{found.doubled:>9}{found.refused:>9}"
        f"{found.contradicted:>9}{found.none:>9}"
    )
    ends = ", ".join(f"{end} {number}" for end, number in sorted(found.ends.items()))
    say(f"{'':30}{ends}; {took:.0f} s")
    return found
