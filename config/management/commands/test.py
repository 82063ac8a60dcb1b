"""
`manage.py test`: every test, on SQLite and on real servers, with nothing to install.

With arguments it is plain pytest: `manage.py test tests/scanning -k gtin -x`.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from config.testing import summary
from config.testing.postgres import postgres
from config.testing.processes import ServerUnavailable
from config.testing.programs import CHROMIUM, CURL, provide
from config.testing.redis import redis
from config.testing.stages import Result, Stage

ON_SQLITE = "everything on SQLite"
ON_SERVERS = "database and services on PostgreSQL and Valkey"
IN_BROWSER = "browser part"
# Each process has a database file of its own; real servers would be shared.
# A file's tests stay together, or what they share would be made twice; no other order
# than that of the tests, which begin with what takes long.
AT_ONCE = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")


class Command(BaseCommand):
    """Run the test suite in stages, or pytest with the arguments given."""

    help = "Runs every test, in stages; with arguments, runs pytest with them."
    # The tests check the project themselves; this only starts them.
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Hand any arguments to pytest as they are: they are its own, not ours."""
        if argv[2:]:
            sys.stdout.flush()
            os.execv(sys.executable, [sys.executable, "-m", "pytest", *argv[2:]])  # noqa: S606 - no shell wanted
        super().run_from_argv(argv)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name in `manage.py help test` what `run_from_argv` takes."""
        parser.add_argument("pytest_arguments", nargs="*", help="arguments of pytest")

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run the stages, sum up, and exit with 1 unless all of it is good."""
        # Without this, SIGTERM and a closed terminal would leave servers behind.
        for wish in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(wish, _leave)
        in_ci = is_set("CI")
        measures = is_set("FLASHSESAME_COVERAGE")
        with tempfile.TemporaryDirectory(prefix="flashsesame-test-") as scratch:
            results = list(self._stages(Path(scratch), in_ci=in_ci, measures=measures))
            is_covered = self._is_covered(Path(scratch)) if measures else None
        for line in summary.lines(results, is_covered=is_covered):
            self._say(line)
        if is_covered is False or not summary.is_success(results, in_ci=in_ci):
            sys.exit(1)

    def _stages(
        self, scratch: Path, *, in_ci: bool, measures: bool
    ) -> Iterator[Result]:
        def run(stage: Stage) -> Result:
            self._say(f"\n=== {stage.title} ===")
            return stage.run(settings.BASE_DIR, scratch, coverage=measures)

        # Without curl, what needs it is skipped, and the summary lists it.
        provide(CURL, self._say, in_ci=in_ci)
        missing = provide(CHROMIUM, self._say, in_ci=in_ci)
        on_sqlite = Stage(ON_SQLITE, "not services and not browser", options=AT_ONCE)
        # One process more than there are processors: those of the others often wait,
        # for a server or for the browser.
        with on_sqlite.beside(settings.BASE_DIR, scratch, coverage=measures) as ended:
            others = [self._on_servers(run), self._in_browser(run, missing)]
            self._say(f"\n=== {on_sqlite.title} ===")
            yield ended(self._show)
        yield from others

    def _on_servers(self, run: Callable[[Stage], Result]) -> Result:
        marks = "(database or services) and not browser"
        try:
            with _servers() as variables:
                return run(Stage(ON_SERVERS, marks, variables))
        except ServerUnavailable as reason:
            return Result(ON_SERVERS, not_run=str(reason))

    def _in_browser(self, run: Callable[[Stage], Result], missing: str) -> Result:
        if missing:
            return Result(IN_BROWSER, not_run=missing, is_optional=True)
        # `tests/conftest.py` keeps them in this folder: collecting all takes long.
        return run(Stage(IN_BROWSER, "browser", options=["tests/browser"]))

    def _is_covered(self, scratch: Path) -> bool:
        """Put the stages' measures together; say whether they reach the floor."""
        self._say("\n=== coverage ===")
        data = f"--data-file={settings.BASE_DIR / '.coverage'}"
        found = [str(path) for path in scratch.glob("coverage.*")]
        return all(
            subprocess.run(  # noqa: S603 - this Python's own coverage
                [sys.executable, "-m", "coverage", *arguments],
                cwd=settings.BASE_DIR,
                check=False,
            ).returncode
            == 0
            for arguments in (["combine", data, *found], ["report", data])
        )

    def _show(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def is_set(name: str) -> bool:
    """Say whether an environment variable is there and not a way to say no."""
    return os.environ.get(name, "").lower() not in ("", "0", "false", "no")


@contextlib.contextmanager
def _servers() -> Iterator[dict[str, str]]:
    with postgres() as database_url, redis() as redis_url:
        yield {
            "FLASHSESAME_DATABASE_URL": database_url,
            "FLASHSESAME_REDIS_URL": redis_url,
        }


def _leave(signal_number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signal_number)
