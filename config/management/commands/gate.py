"""`manage.py gate`: every fast check, as one command for people and for the CI."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management import BaseCommand, CommandError

PYTHON = sys.executable
MANAGE = (PYTHON, "manage.py")
# The shape of a real installation; nothing of it is connected to.
PRODUCTION = {
    "FLASHSESAME_MODE": "production",
    "FLASHSESAME_DEBUG": "",
    "FLASHSESAME_ALLOWED_HOSTS": "flashsesame.example",
    "FLASHSESAME_BASE_URL": "https://flashsesame.example",
    "FLASHSESAME_DATABASE_URL": "postgres://user:password@127.0.0.1:5432/flashsesame",
    "FLASHSESAME_REDIS_URL": "redis://127.0.0.1:6379/0",
    "FLASHSESAME_EMAIL_URL": "smtp://user:password@127.0.0.1:587",
    "FLASHSESAME_EMAIL_FROM": "Flashsésame <nobody@flashsesame.example>",
}
SCHEMA = Path("docs", "openapi.yaml")


class Gate(NamedTuple):
    """One check: a command that must succeed."""

    name: str
    command: Sequence[str]
    variables: Mapping[str, str] = {}


class Command(BaseCommand):
    """Run all checks, even after one has failed, and name those that did."""

    help = "Runs format, lint, types, contracts, Django's checks and the API document."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run every gate; exit with 1 when any is closed."""
        with tempfile.TemporaryDirectory(prefix="flashsesame-gate-") as scratch:
            *others, longest = gates(Path(scratch))
            # It takes as long as the others together, and needs none of them.
            with ThreadPoolExecutor(1) as beside:
                last = beside.submit(self._open, longest)
                closed = [gate.name for gate in others if not self._open(gate)]
                if not last.result():
                    closed.append(longest.name)
        if closed:
            raise CommandError(f"closed: {', '.join(closed)}")
        self.stdout.write("All gates are open.")

    def _open(self, gate: Gate) -> bool:
        started = time.monotonic()
        outcome = subprocess.run(  # noqa: S603 - the commands below
            gate.command,
            cwd=settings.BASE_DIR,
            env={**os.environ, **gate.variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        verdict = "ok" if outcome.returncode == 0 else "FAILED"
        said = f"{verdict:>6}  {gate.name}, {time.monotonic() - started:.1f} s"
        if outcome.returncode:
            said += f"\n{outcome.stdout}"
        # At once: two gates may have something to say.
        self.stdout.write(said)
        self.stdout.flush()
        return outcome.returncode == 0


def gates(scratch: Path) -> Iterator[Gate]:
    """Return every check, the quick ones first, and the longest last."""
    yield Gate("format", (PYTHON, "-m", "ruff", "format", "--check", "."))
    yield Gate("lint", (PYTHON, "-m", "ruff", "check", "."))
    # By its function: a script of `.venv/bin` names a folder that may have moved.
    contracts = "from importlinter.cli import lint_imports_command as run; run()"
    yield Gate("import contracts", (PYTHON, "-c", contracts))
    checks = (*MANAGE, "check", "--fail-level", "WARNING")
    yield Gate("Django's checks", checks)
    secret = {"FLASHSESAME_SECRET_KEY": secrets.token_urlsafe(64)}
    yield Gate("Django's deployment checks", (*checks, "--deploy"), PRODUCTION | secret)
    migrations = (*MANAGE, "makemigrations", "--check", "--dry-run")
    yield Gate("migrations are complete", migrations)
    fresh = scratch / "openapi.yaml"
    # Under English, or texts of the frameworks leak in translated.
    generate = (*MANAGE, "spectacular", "--lang", "en", "--validate", "--fail-on-warn")
    yield Gate("the API can be described", (*generate, "--file", str(fresh)))
    # `diff` shows what changed, which is what a reviewer wants to see.
    yield Gate("the API document is current", ("diff", "-u", str(SCHEMA), str(fresh)))
    yield Gate("types", (PYTHON, "-m", "mypy", "."))
