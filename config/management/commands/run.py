"""`manage.py run`: the whole service on one machine, with nothing to install."""

import os
import socket
import threading
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connections

from config.embedded import preparation, server
from config.embedded.parts import Beat, Keeper, Sequencer, Sweeper, Worker

HEALTH_PATIENCE_SECONDS = 30.0
HEALTH_PAUSE_SECONDS = 0.1


class Command(BaseCommand):
    """Start everything in one process: the server, the worker, and what repeats."""

    help = (
        "Starts the whole service in one process, on SQLite, with demonstration data."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options; the environment gives their defaults."""
        parser.add_argument(
            "--host",
            default=os.environ.get("FLASHSESAME_HOST", "127.0.0.1"),
            help="address to listen on; 0.0.0.0 lets phones of the network in",
        )
        parser.add_argument(
            "--port",
            type=int,
            default=os.environ.get("FLASHSESAME_PORT", "8000"),
            help="port to listen on; 0 takes any free one",
        )
        parser.add_argument(
            "--no-demo", action="store_true", help="start without demonstration data"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Claim folder and port, prepare the data, serve until stopped."""
        if settings.FLASHSESAME_MODE == "production":
            raise CommandError(
                "`run` is for one machine, and FLASHSESAME_MODE is production. There, "
                "start `uvicorn config.asgi:application`, `celery -A config worker`, "
                "`celery -A config beat` and `manage.py sweep` as services "
                "(docs/architecture.md)."
            )
        self.started = time.monotonic()
        try:
            self._run(options["host"], options["port"], demo=not options["no_demo"])
        except (
            preparation.AlreadyRunning,
            preparation.DataFolderRefused,
            server.PortRefused,
        ) as refusal:
            raise CommandError(str(refusal)) from refusal
        except KeyboardInterrupt:
            self.say("Stopped before it served. The next start goes on from here.")

    def _run(self, host: str, port: int, *, demo: bool) -> None:
        lock = preparation.claim_data_folder()
        listener = server.listen(host, port)
        address = server.address(host, listener.getsockname()[1])
        lock.sign(f"process {os.getpid()}, {address}")
        if "FLASHSESAME_BASE_URL" not in os.environ:
            # Links and QR codes must lead to where this process really listens.
            settings.BASE_URL = address
        preparation.migrate(self.say)
        if demo:
            preparation.load_demonstration(self.say)
        connections.close_all()
        self._serve(listener, address)
        lock.release()

    def _serve(self, listener: socket.socket, address: str) -> None:
        # Celery would run the system checks again, which this command has just done.
        os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
        from config.celery import app

        self.say("Starting the web server, the worker and the periodic tasks")
        keeper = Keeper(
            {
                "worker": lambda: Worker(app),
                "beat": lambda: Beat(app),
                "sweeper": Sweeper,
                "sequencer": Sequencer,
            },
            announce=self.say,
        )
        welcoming = threading.Thread(target=self._welcome, args=(address,), daemon=True)
        keeper.start()
        try:
            server.serve(listener, on_ready=welcoming.start)
        finally:
            self.say("Stopping")
            if not keeper.stop():
                self.say("A task is still running; it will be done again.")
        self.say("Stopped")

    def _welcome(self, address: str) -> None:
        if not answers(f"{address}/healthz"):
            self.say(f"{address}/healthz has no good answer yet; see the log above.")
            return
        self.say(f"Ready after {time.monotonic() - self.started:.1f} s")
        from config.welcome import welcome

        self.stdout.write(welcome(address))
        self.stdout.flush()
        connections.close_all()

    def say(self, text: str) -> None:
        """Print a line at once, whoever reads: a terminal, a pipe, a file."""
        self.stdout.write(text)
        self.stdout.flush()


def answers(url: str) -> bool:
    """Say whether `url` answers 200 before patience ends."""
    # No proxy: the address is this machine's own, whatever the environment says.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + HEALTH_PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            with opener.open(url, timeout=HEALTH_PATIENCE_SECONDS) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(HEALTH_PAUSE_SECONDS)
    return False
