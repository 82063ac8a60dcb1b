"""`python3 manage.py load_demo`: products, companies and accounts to try it all."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demonstration import credentials, loader

# A line more often than that would tell nothing new.
SECONDS_BETWEEN_LINES = 1.0


class Command(BaseCommand):
    """Load the demonstration. Safe to run twice, and after an interruption."""

    help = (
        "Load the demonstration: real foods, three made-up companies with their "
        "products, and accounts. Safe to run twice."
    )
    _last_line = 0.0

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the one option."""
        parser.add_argument(
            "--force", action="store_true", help="load it in production mode too"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load what is missing, and say what was done."""
        if settings.IS_PRODUCTION and not options["force"]:
            raise CommandError(
                "This is the production mode: made-up companies and accounts do not "
                "belong here. Add --force if you want them all the same."
            )
        self._last_line = time.monotonic()
        silent = options["verbosity"] < 1
        try:
            loaded = loader.load(self._ignore if silent else self._tell)
        except KeyboardInterrupt as error:
            raise CommandError(
                "Interrupted. Run it again to load the rest.", returncode=130
            ) from error
        if not silent:
            self._report(loaded)

    def _ignore(self, line: str) -> None:
        """Say nothing."""

    def _tell(self, line: str) -> None:
        now = time.monotonic()
        if now - self._last_line >= SECONDS_BETWEEN_LINES:
            self._last_line = now
            self._say(line)

    def _report(self, loaded: loader.Loaded) -> None:
        self._say(
            f"Demonstration: {loaded.real} real products, {loaded.made_up} made up; "
            f"{loaded.statements} new statements, {loaded.published} sheets "
            f"published, {loaded.stocks} stocks set."
        )
        for reason, count in loaded.skipped.items():
            self._say(f"Left out: {reason} ({count})")
        if loaded.has_new_credentials:
            self._say(f"New credentials are in {credentials.path()}.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
