"""`python3 manage.py rotate_log_key`: another key for the log."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from ledger import log_keys
from ledger.services import rotate_log_key


class Command(BaseCommand):
    """Make a key that signs from now on, beside the one that it succeeds."""

    help = (
        "Lets a new key sign the log, and the present one beside it for some days, so "
        "that readers can learn the new one. Where FLASHSESAME_LOG_KEYS gives keys, "
        "none is made: the one that was kept in the database is retired."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument(
            "--overlap-days",
            type=int,
            default=settings.LOG_KEY_OVERLAP_DAYS,
            help="how long both sign; 0 when the old one is in wrong hands",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Rotate, and print the keys that sign now."""
        if options["overlap_days"] < 0:
            raise CommandError("--overlap-days is 0 or more")
        try:
            rotate_log_key(overlap=timedelta(days=options["overlap_days"]))
        except IntegrityError as error:
            raise CommandError("Somebody else is rotating the key just now") from error
        for key in log_keys.current_keys():
            self.stdout.write(str(key))
