"""
The service as production runs it: processes that may be killed, and come back.

PostgreSQL and Redis are our own, on private ports with random passwords; so nobody
else's server is ever near a `kill -9`. Whoever supervises processes starts a killed one
again: here that is `Kept.restart`.
"""

import contextlib
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from config.testing import postgres, processes, redis
from config.testing.processes import Account, Prepared, ServerUnavailable

if TYPE_CHECKING:
    import subprocess

BASE_DIR = Path(__file__).resolve().parent.parent
# As a database that must not lose a commit when its server is killed.
DURABLE = {
    **postgres.FOR_TESTS,
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "100",
}
# PostgreSQL refuses to start while children of the killed one still leave.
START_SECONDS = 90.0
NO_LIMIT = "1000000/min"


class Kept:
    """One process, started again after each end."""

    def __init__(
        self, name: str, server: Prepared, environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self._server = server
        self._environment = environment
        self._running = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int:
        """Return the number of the process that runs now."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._process = self._running.enter_context(
                    processes.running(
                        self._server.command,
                        self._server.owner,
                        folder=self._server.folder,
                        is_ready=self._server.is_ready,
                        environment=self._environment,
                    )
                )
            except ServerUnavailable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def restart(self) -> None:
        """Kill it as a crash would, and start it again."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._running.close()
        self.start()

    def stop(self) -> None:
        """End it in order."""
        self._running.close()


class Fleet:
    """All processes, and where they answer."""

    def __init__(self, folder: Path, database_url: str, redis_url: str) -> None:
        self.parts: dict[str, Kept] = {}
        port = processes.free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._folder = folder
        self.environment = {
            **os.environ,
            "FLASHSESAME_DATABASE_URL": database_url,
            "FLASHSESAME_REDIS_URL": redis_url,
            "FLASHSESAME_DATA_DIR": str(folder),
            "FLASHSESAME_BASE_URL": self.address,
            "FLASHSESAME_BOOTSTRAP": "0",
            "FLASHSESAME_THROTTLE_PROMPT": NO_LIMIT,
            "FLASHSESAME_THROTTLE_PASS": NO_LIMIT,
            # Four tills stand for a whole shop, which comes back at once.
            "FLASHSESAME_THROTTLE_TERMINAL": NO_LIMIT,
            "PYTHONPATH": str(BASE_DIR),
        }
        web = ("-m", "uvicorn", "config.asgi:application", "--no-access-log")
        worker = ("-m", "celery", "-A", "config", "worker", "--loglevel", "WARNING")
        self._add("web", *web, "--port", str(port))
        # Two, so that they also compete.
        for number in ("1", "2"):
            self._add(
                f"worker {number}",
                *(*worker, "-P", "threads", "-c", "2", "-n", f"w{number}@chaos"),
                *("-Q", "prompt,webhook_out", "--without-mingle", "--without-gossip"),
            )
        self._add("sweeper", str(BASE_DIR / "manage.py"), "sweep")

    def _add(self, name: str, *arguments: str) -> None:
        folder = self._folder / name.replace(" ", "-")
        folder.mkdir()
        command = [sys.executable, "-m", "bench.nearby", *arguments]
        me = Account(os.geteuid(), os.getegid())
        is_ready = self._web_answers if name == "web" else lambda: True
        prepared = Prepared(command, me, folder, is_ready, self.address)
        self.parts[name] = Kept(name, prepared, self.environment)

    def start(self) -> None:
        """Start whatever does not run yet: servers are there before who needs them."""
        for part in self.parts.values():
            part.start()

    def stop(self) -> None:
        """End all of them, the last one first."""
        for part in reversed(list(self.parts.values())):
            part.stop()

    def _web_answers(self) -> bool:
        # No proxy: the address is this machine's own, whatever the environment says.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.address}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


@contextlib.contextmanager
def standing(folder: Path, options: Mapping[str, str]) -> Iterator[Fleet]:
    """Lend the fleet with servers of its own, tables made, nothing else started."""
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(postgres.prepared(DURABLE))
        broker = stack.enter_context(redis.prepared(keeps=True))
        servers = {
            "postgres": Kept("postgres", database),
            "redis": Kept("redis", broker),
        }
        for server in servers.values():
            server.start()
            stack.callback(server.stop)
        postgres.create_database(database)
        fleet = Fleet(folder, database.url, broker.url)
        fleet.environment["FLASHSESAME_SECRET_KEY"] = secrets.token_urlsafe(48)
        fleet.environment.update(options)
        prepare_django(fleet.environment)
        stack.callback(fleet.stop)
        fleet.start()
        fleet.parts.update(servers)
        for name in servers:
            # They end last, by their own callbacks.
            stack.callback(fleet.parts.pop, name)
        yield fleet


def prepare_django(environment: Mapping[str, str]) -> None:
    """Set Django up in this process, on the fleet's database, and make the tables."""
    os.environ.update(environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    from bench import databases

    django.setup()
    databases.prepare()
