"""`manage.py verify_ledger`: says whether the log is what was published, all of it."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.auditing import Audit, Progress

SECONDS_BETWEEN_LINES = 2.0


class Command(BaseCommand):
    """Audit the whole log; name what is wrong, and exit with 1 when anything is."""

    help = (
        "Computes the whole log anew from its entries and compares it with what is "
        "stored: tiles, checkpoints, signatures, and the published contents."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer what an operator may leave out."""
        parser.add_argument(
            "--since",
            type=int,
            default=0,
            metavar="N",
            help="begin behind entry N, as an earlier audit has found what is before",
        )
        parser.add_argument(
            "--quick",
            action="store_true",
            help="leave out the contents: entries, tiles and checkpoints only",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Audit, and say how far it is every two seconds."""
        if options["since"] < 0:
            raise CommandError("--since is a number of entries, from 0")
        self._said_at = time.monotonic()
        started = time.monotonic()
        audit = Audit(
            since=options["since"], is_quick=options["quick"], report=self._report
        )
        count = 0
        for finding in audit.findings():
            count += 1
            self.stdout.write(str(finding))
        seconds = time.monotonic() - started
        looked_at = f"{audit.count} entries looked at, of {audit.size}"
        if count:
            raise CommandError(f"{count} findings; {looked_at}, in {seconds:.1f} s")
        self.stdout.write(f"Nothing is wrong: {looked_at}, in {seconds:.1f} s.")

    def _report(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._said_at >= SECONDS_BETWEEN_LINES:
            self._said_at = now
            self.stderr.write(f"{progress.done} of {progress.size}")
