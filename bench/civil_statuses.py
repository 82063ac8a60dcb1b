"""Civil statuses read, composed and indexed, in a database of their own."""

import os
import subprocess
import sys
import tempfile
import time
import uuid
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import ExitStack
from statistics import median

FACTS = {
    "legal_name": "Société {n}",
    "legal_form": "SAS",
    "national_id": "552008443",
    "vat_id": "FR40303265045",
    "founded_on": "1987-03-14",
    "tax_residence": "FR",
    "registered_address": "1 rue de la Laine, 59100 Roubaix",
    "employees": "58",
    "turnover": "6840000",
    "ghg_scope1": "96.4",
    "ghg_scope2": "41.2",
    "ghg_scope3": "812",
    "energy": "742",
    "after_sales_share": "5.2",
    "staff_turnover": "8.6",
    "permanent_share": "93.1",
    "gender_pay_gap": "4.2",
    "cba_coverage": "100",
    "accident_rate": "2.9",
    "training_hours": "18",
}
ROUNDS = 5
READS = 200


def run(arguments: Sequence[str]) -> None:
    """Measure and print; exit with 1 when a company is left out."""
    parser = ArgumentParser(
        prog="transparency_index.py", description="What the civil status costs."
    )
    parser.add_argument("--companies", type=int, default=1_000)
    parser.add_argument(
        "--thorough",
        action="store_true",
        help="10,000 companies, PostgreSQL, Redis, a Celery worker",
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
            options.companies = max(options.companies, 10_000)
        is_whole = _measure(options.companies, with_worker=options.thorough)
    sys.exit(not is_whole)


def _measure(companies: int, *, with_worker: bool) -> bool:
    import django

    django.setup()
    from django.db import connection

    from bench import databases
    from companies import indexing
    from companies.models import CompanyFigures

    databases.prepare()
    keys = _seed(companies)
    _say(f"{connection.vendor}, {companies} companies of {len(FACTS)} facts\n")
    _reading(keys[:READS])
    started = time.perf_counter()
    run, _is_new = indexing.begin()
    if with_worker:
        _by_worker(run.pk)
    else:
        while indexing.work():
            pass
    seconds = time.perf_counter() - started
    done = CompanyFigures.objects.count()
    who = "by one Celery worker" if with_worker else "in this process"
    _say(f"index, {who:<22} {seconds:8.1f} s  {1e3 * seconds / companies:6.2f} ms each")
    _say(f"companies with figures     {done} of {companies}")
    return done == companies


def _seed(companies: int) -> list[uuid.UUID]:
    from django.utils import timezone

    from companies.models import CheckResult, Company, Statement

    made = Company.objects.bulk_create(
        [Company(name=f"Société {number}") for number in range(companies)],
        batch_size=500,
    )
    now = timezone.now()
    for begun in range(0, companies, 500):
        statements = Statement.objects.bulk_create(
            Statement(
                company=company,
                fact=fact,
                value=value.format(n=number),
                source_name=company.name,
                observed_at=now,
            )
            for number, company in enumerate(made[begun : begun + 500])
            for fact, value in FACTS.items()
        )
        CheckResult.objects.bulk_create(
            CheckResult(
                company_id=statement.company_id,
                statement=statement,
                fact=statement.fact,
                rule="employees.band",
                version=1,
                outcome="agree",
                is_independent=True,
                text_fr="même valeur",
                text_en="same value",
            )
            for statement in statements
        )
    return [company.pk for company in made]


def _reading(keys: list[uuid.UUID]) -> None:
    """Say what a civil status costs when something is new, and when nothing is."""
    from companies import finding
    from companies.models import Company

    rounds: dict[str, list[float]] = {"composed": [], "stored": []}
    for _round in range(ROUNDS):
        Company.objects.filter(pk__in=keys).note_change()
        for kind in ("composed", "stored"):
            started = time.process_time()
            for key in keys:
                finding.read(str(key), "fr")
            rounds[kind].append((time.process_time() - started) / len(keys))
    costs = {kind: median(seconds) for kind, seconds in rounds.items()}
    size = len(finding.read(str(keys[0]), "fr").body)
    for kind, seconds in costs.items():
        _say(f"read, {kind:<28} {1e6 * seconds:8.0f} µs CPU")
    ratio = costs["composed"] / costs["stored"]
    _say(f"composed / stored                {ratio:8.0f}")
    _say(f"bytes                            {size:8d}\n")


def _by_worker(run: int) -> None:
    """Let a real worker compute, and show its progress."""
    from companies.models import IndexRun
    from companies.tasks import hint_index

    command = "-m celery -A config worker --loglevel WARNING --concurrency 2"
    worker = subprocess.Popen([sys.executable, *command.split()])
    try:
        hint_index()
        while True:
            row = IndexRun.objects.get(pk=run)
            _say(f"  {row.done} of {row.total}")
            if row.state == IndexRun.State.DONE:
                return
            time.sleep(2)
    finally:
        worker.terminate()
        worker.wait(timeout=30)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
