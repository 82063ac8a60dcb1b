"""`python3 manage.py sweep`: the process that repairs what was lost."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from checkout.sweeping import Pools, Sweeper, Swept, tick


class Command(BaseCommand):
    """Expire, deliver and notify whatever is due, each second, until stopped."""

    help = (
        "Ends payment prompts whose time is over and sends what is due to phones and "
        "tills, each second. Runs beside the web server and the workers; several may "
        "run at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the option."""
        parser.add_argument(
            "--once", action="store_true", help="do what is due now, and end"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until SIGTERM or Ctrl-C."""
        if options["once"]:
            pools = Pools.make()
            try:
                self._say(tick(pools))
            finally:
                pools.close()
            return
        sweeper = Sweeper(say=self._say)
        for caught in (signal.SIGINT, signal.SIGTERM):
            # By another thread: this one may hold what `stop` has to take.
            signal.signal(
                caught, lambda *_: threading.Thread(target=sweeper.stop).start()
            )
        self.stdout.write("Sweeping each second. Ctrl-C stops.")
        self.stdout.flush()
        sweeper.run()
        self.stdout.write("Stopped.")

    def _say(self, swept: Swept) -> None:
        said = [f"{count} {name}" for name, count in swept.counts.items()]
        said += [f"{name} failed, see the log" for name in swept.failed]
        if said:
            self.stdout.write(", ".join(said))
            self.stdout.flush()
