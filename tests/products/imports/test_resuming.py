"""Imports that are killed, taken over, or meet one another: nothing lost or doubled."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.utils import timezone

from products.gtin import check_digit
from products.importing import dump, making
from products.models import Product, ProductImport, SourceRecord
from tests import make
from tests.products.imports import runs

A, B = "3017620422003", "3274080005003"
BASE_DIR = Path(__file__).resolve().parents[3]

# Killed at the worst moment: the third batch is written, and not yet committed.
WORKER = """
import django, os, signal, sys, uuid
django.setup()
from products.importing import making
from products.importing.holding import Held
from products.models import ProductImport
add, batches = Held.add, []
def add_and_die(*given, **named):
    add(*given, **named)
    batches.append(1)
    if len(batches) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
Held.add = add_and_die
making.work_on(ProductImport.objects.get(pk=uuid.UUID(sys.argv[1])))
"""


def numbers(count: int) -> list[str]:
    """Return so many numbers."""
    bodies = [f"30{one:010}" for one in range(count)]
    return [body + str(check_digit(body)) for body in bodies]


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few lines be many batches."""
    monkeypatch.setattr("products.importing.unpacking.BLOCK", 1_000)
    monkeypatch.setattr("products.importing.unpacking.PIECE", 1_000)


@pytest.fixture
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lose the hints: what is asked waits for whoever works."""
    monkeypatch.setattr("products.tasks.hint_product_imports", lambda: None)


def assert_whole(run: ProductImport, count: int) -> None:
    """Say that each product came in once, and each line was counted once."""
    run.refresh_from_db()
    assert (run.state, run.done, run.added) == ("done", count, count), run.error_text
    assert Product.objects.count() == SourceRecord.objects.count() == count
    assert not SourceRecord.objects.exclude(supersedes=None).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_a_killed_process_loses_nothing_and_doubles_nothing(
    small_blocks: None, no_workers: None
) -> None:
    count = 60
    run = runs.asked(
        runs.dump([runs.record(one) for one in numbers(count)]), wish=runs.AT_ONCE
    )

    killed = subprocess.run(
        [sys.executable, "-c", WORKER, str(run.pk)],
        cwd=BASE_DIR,
        env={**os.environ, **_environment(connection.settings_dict)},
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    run.refresh_from_db()
    assert 0 < run.done < count
    # What was counted is what is there: the third batch left nothing.
    assert Product.objects.count() == SourceRecord.objects.count() == run.done
    assert run.claim
    # As if it had been dead for long enough.
    ProductImport.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    assert_whole(runs.worked(run), count)


def _environment(database: dict[str, object]) -> dict[str, str]:
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        where = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
        url = f"postgres://{database['USER']}:{database['PASSWORD']}@{where}"
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "FLASHSESAME_DATABASE_URL": url,
        "FLASHSESAME_PRODUCT_IMPORTS_DIR": str(settings.PRODUCT_IMPORTS_DIR),
        "FLASHSESAME_LOG_LEVEL": "CRITICAL",
    }


@pytest.mark.django_db
def test_a_run_in_living_hands_is_left_alone_and_a_dead_ones_is_taken() -> None:
    run = runs.asked(runs.dump([runs.record(A)]), wish=runs.AT_ONCE)
    assert ProductImport.objects.claim(run, "somebody")

    making.work()
    run.refresh_from_db()
    assert (run.state, run.done) == ("recording", 0)
    ProductImport.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))

    assert_whole(runs.worked(run), 1)


@pytest.mark.django_db
def test_who_was_taken_for_dead_writes_nothing_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = runs.asked(runs.dump([runs.record(A)]), wish=runs.AT_ONCE)
    read = dump.batches

    def taken_meanwhile(seen: ProductImport) -> object:
        for batch in read(seen):
            ProductImport.objects.update(claim="another")
            yield batch

    # In this thread, where the test's database is.
    monkeypatch.setattr(
        "products.importing.making._ahead",
        lambda given, _until: ((batch, False) for batch in given),
    )
    monkeypatch.setattr("products.importing.dump.batches", taken_meanwhile)
    making.work()

    run.refresh_from_db()
    assert (run.claim, run.done) == ("another", 0)
    assert not Product.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_a_product_that_appears_meanwhile_is_met_and_kept(
    monkeypatch: pytest.MonkeyPatch, no_workers: None
) -> None:
    company = make.company()
    run = runs.asked(runs.dump([runs.record(A), runs.record(B)]), wish=runs.AT_ONCE)
    weigh = dump.weigh
    met: list[int] = []

    def declared_meanwhile(*given: Any, **named: Any) -> Any:
        outcome = weigh(*given, **named)
        if not met:
            # What the database says of a row that another transaction wrote first.
            met.append(1)
            raise IntegrityError("products_product_pkey")
        return outcome

    make.product(A.zfill(14), name="De la maison", of=company)
    monkeypatch.setattr("products.importing.dump.weigh", declared_meanwhile)

    run = runs.worked(run)

    assert (run.state, run.added, run.done, met) == ("done", 2, 2, [1])
    assert Product.objects.get(pk=A.zfill(14)).name == "De la maison"


@pytest.mark.django_db
def test_what_kills_every_worker_is_given_up() -> None:
    run = runs.asked(runs.dump([runs.record(A)]), wish=runs.AT_ONCE)
    ProductImport.objects.update(attempts=making.MAX_ATTEMPTS)

    run = runs.worked(run)

    assert (run.state, run.error_code) == ("refused", "gave_up")


@pytest.mark.django_db
def test_a_table_goes_on_where_it_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("products.importing.tables.LINES", 3)
    monkeypatch.setattr("products.importing.making.SLICE_SECONDS", -1)
    lines = [(one, f"Produit {one}") for one in numbers(10)]
    run = runs.asked(
        runs.table(("GTIN", "Nom (fr)"), *lines), make.company(), wish=runs.AT_ONCE
    )

    assert making.work()
    run.refresh_from_db()
    assert (run.state, run.done, run.line) == ("recording", 3, 4)

    run = runs.worked(run)
    assert (run.state, run.done, run.added) == ("done", 10, 10)


@pytest.mark.django_db
def test_the_command_imports_tells_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "dump.jsonl.gz"
    file.write_bytes(runs.dump([runs.record(A), runs.record("42")]))

    call_command("import_products", str(file), "--dry-run", "--follow")
    told = capsys.readouterr().out
    run = ProductImport.objects.get()
    assert (run.state, run.asked_by) == ("checked", None)
    assert "line 2" in told
    assert f"--run {run.pk} --confirm" in told
    assert not Product.objects.exists()

    call_command("import_products", run=run.pk, confirm=True, follow=True)
    assert "1 added" in capsys.readouterr().out
    assert Product.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"file": "/nowhere/dump.gz"},
        {"run": "00000000-0000-0000-0000-000000000000"},
        {"file": __file__, "company": "Personne"},
        {"file": __file__, "kind": "off_jsonl"},
    ],
    ids=["nothing", "no file", "no run", "no company", "other kind"],
)
def test_the_command_says_what_it_misses(options: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        call_command("import_products", **options)

    assert not ProductImport.objects.exists()
