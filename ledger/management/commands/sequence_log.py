"""`python3 manage.py sequence_log`: the process that keeps the log."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ledger.keeping import LogKeeper, sequence_waiting
from ledger.sequencing import Sequenced


class Command(BaseCommand):
    """Place what was recorded in the log, and sign it, each second, until stopped."""

    help = (
        "Gives recorded entries their places in the log, signs its head, and has it "
        "signed by witnesses, each second. Runs beside the web server and the "
        "workers; several may run at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument(
            "--once", action="store_true", help="sequence what waits now, and end"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until SIGTERM or Ctrl-C."""
        if options["once"]:
            self._drain()
            return
        keeper = LogKeeper(say=self._say)
        for caught in (signal.SIGINT, signal.SIGTERM):
            # By another thread: this one may hold what `stop` has to take.
            signal.signal(
                caught, lambda *_: threading.Thread(target=keeper.stop).start()
            )
        self.stdout.write("Sequencing each second. Ctrl-C stops.")
        self.stdout.flush()
        keeper.run()
        self.stdout.write("Stopped.")

    def _drain(self) -> None:
        never = threading.Event()
        is_behind = True
        while is_behind:
            done, is_behind = sequence_waiting(never)
            if done.placed:
                self._say(done)

    def _say(self, done: Sequenced) -> None:
        self.stdout.write(f"{done.placed} placed, {done.size} in the log")
        self.stdout.flush()
