"""One import in a data folder of its own: `python -m bench.importing_run csv 2000`."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

LINES_A_COMPANY = 20
FACTS = (
    ("employees", "{0}", '{{"by_gender": {{"f": "{0}", "m": "0"}}}}'),
    ("turnover", "{0}000,50", ""),
    ("energy", "{0}.25", ""),
    ("legal_name", "Entreprise à mesurer n° {0}", ""),
)
HEADER = ("entreprise", "fait", "valeur", "année", "note", "détails")


class Pieces(NamedTuple):
    """How long a phase took, and the longest piece of it."""

    seconds: float
    longest: float


def main(form: str, size: int) -> None:
    """Import `size` lines, and print what that took."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from bench import databases

    databases.prepare()
    from django.contrib.auth.models import User
    from django.db import connection

    # Pages of the database that the kernel maps would count as memory of the import.
    connection.cursor().execute("PRAGMA mmap_size=0")
    from companies.models import ImportRun, Statement
    from companies.services.importing import ask_import, confirm_import

    author = User.objects.create_superuser("bench")
    # A first small run loads what is loaded late.
    for count in (1, size):
        before = Statement.objects.count()
        with tempfile.TemporaryFile() as file:
            _write(file, form, _companies(max(1, count // LINES_A_COMPANY)), count)
            weight = file.tell()
            file.seek(0)
            blocks = iter(lambda: file.read(1 << 16), b"")
            run = ask_import(company=None, name="b", chunks=blocks, author=author)
        _forget_peak()
        idle = _peak_mb()
        check = _worked()
        confirm_import(run=ImportRun.objects.get(pk=run.pk), author=author)
        record = _worked()
        run.refresh_from_db()
        assert (run.state, run.failed) == ("done", 0), run.error_text
        assert Statement.objects.count() == before + count
    found = {
        "bytes": weight,
        "check": check.seconds,
        "record": record.seconds,
        "longest": max(check.longest, record.longest),
        "idle_mb": idle,
        "peak_mb": _peak_mb(),
    }
    sys.stdout.write(json.dumps(found))


def _companies(count: int) -> list[str]:
    from companies.models import Company

    made = Company.objects.bulk_create(Company(name="Mesure") for _at in range(count))
    return [str(one.pk) for one in made]


def _write(file: BinaryIO, form: str, companies: list[str], count: int) -> None:
    from companies.spreadsheets import Page, csv_blocks, write_workbook

    rows = islice(_rows(companies), count + 1)
    if form == "xlsx":
        write_workbook(file, {"statements": Page(rows)})
        return
    for block in csv_blocks(rows, ";"):
        file.write(block)


def _rows(companies: list[str]) -> Iterator[list[str]]:
    yield list(HEADER)
    number = 0
    while True:
        for company in companies:
            fact, value, details = FACTS[number % len(FACTS)]
            number += 1
            cells = [value.format(number), "2025", f"Ligne {number}, mesurée à l’été"]
            yield [company, fact, *cells, details.format(number)]


def _worked() -> Pieces:
    """Work as the tasks do, until nothing is left; the clock runs for each piece."""
    from companies.importing import making

    began, longest = time.perf_counter(), 0.0
    while True:
        piece = time.perf_counter()
        is_more = making.work().is_more
        longest = max(longest, time.perf_counter() - piece)
        if not is_more:
            return Pieces(time.perf_counter() - began, longest)


def _forget_peak() -> None:
    """Let the kernel forget the peak: starting Django takes more than many runs."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
