"""`manage.py import_products FILE`: products by file, by the operator."""

import sys
import time
import uuid
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from common.errors import DomainError
from companies.models import Company
from products.importing import making
from products.importing.files import Limits
from products.importing.refusals import why_line
from products.models import ProductImport
from products.services import ask_product_import, confirm_product_import
from products.services.importing import OPERATOR, Wish

CHUNK = 1 << 20
WAIT_SECONDS = 1.0
# No task has to end here: only how often it tells where it stands.
SECONDS = 10.0
SHOWN = 20

State = ProductImport.State


class Command(BaseCommand):
    """
    Imports a dump of Open Food Facts (JSONL, compressed or not), or a company's table.

    With `--follow` this process does the work and says how far it is; killed, it goes
    on with `--run`. Without, the workers do it.
    """

    help = "Import products from a dump of Open Food Facts, or a company's table."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a file, or a run that was begun."""
        parser.add_argument("file", nargs="?", help="the file, or - for standard input")
        parser.add_argument("--run", type=uuid.UUID, help="go on with this import")
        parser.add_argument("--confirm", action="store_true", help="record that import")
        parser.add_argument("--kind", choices=ProductImport.Kind.values, default="")
        parser.add_argument("--dry-run", action="store_true", help="only check")
        parser.add_argument("--company", help="whose table it is: identifier or name")
        parser.add_argument("--no-publish", action="store_true", help="leave sheets be")
        parser.add_argument("--follow", action="store_true", help="work on it here")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Ask for the import, or find it; then follow it."""
        try:
            run = self._found(options) if options["run"] else self._asked(options)
        except DomainError as refused:
            raise CommandError(refused.detail) from refused
        self.stdout.write(f"{run.pk}")
        if options["follow"]:
            self._follow(run)
            self._tell(run)

    def _found(self, options: dict[str, Any]) -> ProductImport:
        run = ProductImport.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError("There is no such import.")
        if options["confirm"]:
            confirm_product_import(run=run, by=OPERATOR)
            run.refresh_from_db()
        return run

    def _asked(self, options: dict[str, Any]) -> ProductImport:
        if not options["file"]:
            raise CommandError("Say which file, or which --run to go on with.")
        path = Path(options["file"])
        try:
            file = sys.stdin.buffer if options["file"] == "-" else path.open("rb")
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        with file:
            return ask_product_import(
                company=_company(options["company"]),
                name=path.name,
                chunks=_chunks(file),
                by=OPERATOR,
                wish=Wish(
                    options["dry_run"], not options["no_publish"], options["kind"]
                ),
                # Whoever may run commands here may fill the disk in other ways.
                limits=Limits(None, None),
            )

    def _follow(self, run: ProductImport) -> None:
        while run.is_worked_on:
            if not making.work_on(run, SECONDS):
                # In the hands of a worker, or of one that was just killed.
                time.sleep(WAIT_SECONDS)
            run.refresh_from_db()
            self.stdout.write(
                f"{run.percent:3} %  {run.done} lines: {run.added} added, "
                f"{run.changed} changed, {run.unchanged} unchanged, "
                f"{run.failed} refused"
            )

    def _tell(self, run: ProductImport) -> None:
        for one in run.errors.all()[:SHOWN]:
            why = why_line(one.code, one.field, one.excerpt)
            self.stdout.write(f"line {one.line} {one.gtin} {one.field}: {why}")
        if run.state in {State.REFUSED, State.CANCELLED}:
            raise CommandError(run.error_text or run.get_state_display())
        if run.state == State.CHECKED:
            self.stdout.write(f"Nothing is recorded yet: --run {run.pk} --confirm")


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.read(CHUNK), b"")


def _company(named: str | None) -> Company | None:
    if not named:
        return None
    wanted = Q(name=named)
    with suppress(ValueError):
        wanted |= Q(pk=uuid.UUID(named))
    found = list(Company.objects.filter(wanted)[:2])
    if len(found) != 1:
        raise CommandError(f"{len(found) or 'No'} companies are called {named!r}.")
    return found[0]
