"""`manage.py log_backlog`: enter in the log what is older than it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from products import entering

PIECE_SECONDS = 2.0


class Command(BaseCommand):
    """
    Enters sheets, statements, checks, events and credentials that have no entry yet.

    Workers do that by themselves; this is for whoever does not want to wait for them.
    It may be stopped and started again, beside a service that runs.
    """

    help = "Enter in the log what was recorded before there was a log."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Work in pieces, and say how many rows are left after each."""
        self._tell()
        while entering.work_off_backlog(PIECE_SECONDS):
            self._tell()
        if left := self._left():
            raise CommandError(f"{left} rows could not be entered: the log says why.")
        self.stdout.write("Everything is entered.")

    def _tell(self) -> None:
        self.stdout.write(f"{self._left()} rows to enter.")

    def _left(self) -> int:
        return sum(book.backlog.count() for book in entering.ALL_BOOKS)
