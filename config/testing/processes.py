"""Servers of our own: private folders, an unprivileged account, a sure end."""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypedDict

# Servers refuse to run as root, or should; this account exists on every Debian.
UNPRIVILEGED = "nobody"
START_SECONDS = 30.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.05
LOG_TAIL = 800
# `net.ipv4.ip_local_port_range` begins at 32768.
LOWEST_PORT, HIGHEST_PORT = 15_000, 32_000


class ServerUnavailable(Exception):
    """A server cannot be had on this machine; the text says why."""


class Account(NamedTuple):
    """Whom a server runs as."""

    user: int
    group: int


class Prepared(NamedTuple):
    """A server that is ready to be started, and again after its end: its data stay."""

    command: Sequence[str | Path]
    owner: Account
    folder: Path
    is_ready: Callable[[], bool]
    url: str


def account() -> Account:
    """Return who servers run as: this user, or an unprivileged one instead of root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError as error:
        raise ServerUnavailable(
            f"root needs the account {UNPRIVILEGED!r} to run servers with"
        ) from error
    return Account(entry.pw_uid, entry.pw_gid)


@contextlib.contextmanager
def private_folder(name: str, owner: Account) -> Iterator[Path]:
    """Lend a folder that only `owner` can enter, and remove it with all it holds."""
    folder = Path(
        tempfile.mkdtemp(prefix=f"flashsesame-{name}-", dir=_reachable_folder(owner))
    )
    try:
        os.chown(folder, owner.user, owner.group)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def package_folder(name: str) -> Path:
    """Return where a Python package lies, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServerUnavailable(
            f"the package {name} is not installed (requirements-test.txt has it)"
        )
    return Path(next(iter(spec.submodule_search_locations)))


def reachable_copy(tree: Path, into: Path, owner: Account) -> Path:
    """
    Return `tree`, or a copy of it in the folder `into` when `owner` cannot reach it.

    A checkout under root's home is closed to the account that servers run as.
    """
    if all(_can_reach(path, owner) for path in (tree, *tree.rglob("*"))):
        return tree
    copy = Path(shutil.copytree(tree, into / tree.name, symlinks=True))
    for path in (into, copy, *copy.rglob("*")):
        os.chown(path, owner.user, owner.group, follow_symlinks=False)
    return copy


def free_port() -> int:
    """
    Return a port of this machine that nobody listens on just now.

    Below those that the kernel gives to whoever connects: a client that asks again and
    again for a server that is down would else meet itself there, and keep the port.
    """
    while True:
        port = LOWEST_PORT + secrets.randbelow(HIGHEST_PORT - LOWEST_PORT)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def run(command: Sequence[str | Path], owner: Account, *, folder: Path) -> None:
    """Run a program to its end as `owner`."""
    try:
        subprocess.run(  # noqa: S603 - programs of the locked packages
            command,
            check=True,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            **_as_account(owner),
        )
    except subprocess.CalledProcessError as error:
        raise ServerUnavailable(
            f"{Path(command[0]).name} failed: {error.stdout[-LOG_TAIL:].strip()}"
        ) from error
    except OSError as error:
        raise ServerUnavailable(f"{command[0]} cannot be run: {error}") from error


@contextlib.contextmanager
def running(
    command: Sequence[str | Path],
    owner: Account,
    *,
    folder: Path,
    is_ready: Callable[[], bool],
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Keep a server running as `owner` inside the block; it ends with the block."""
    log = folder / "server.log"
    with log.open("ab") as output:
        try:
            # A session of its own: Ctrl-C is for us, who then stop it in order.
            process = subprocess.Popen(  # noqa: S603 - programs of the locked packages
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=environment,
                start_new_session=True,
                **_as_account(owner),
            )
        except OSError as error:
            raise ServerUnavailable(f"{command[0]} cannot be run: {error}") from error
    try:
        _wait_until(is_ready, process, log)
        yield process
    finally:
        _stop(process)


def _wait_until(
    is_ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path
) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_ready():
        has_ended = process.poll() is not None
        # Afterwards: its last words are written by then.
        said = log.read_text(errors="replace")[-LOG_TAIL:].strip()
        if has_ended:
            raise ServerUnavailable(f"the server ended at once: {said}")
        if time.monotonic() > deadline:
            raise ServerUnavailable(f"no answer after {START_SECONDS:.0f} s: {said}")
        time.sleep(POLL_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    # SIGINT is PostgreSQL's fast shutdown; Valkey takes it as a wish to leave.
    for wish in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(wish)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def _as_account(owner: Account) -> _Identity:
    """Return what `subprocess` needs to become `owner`; nothing for oneself."""
    if owner.user == os.geteuid():
        return {}
    return {"user": owner.user, "group": owner.group, "extra_groups": []}


def _reachable_folder(owner: Account) -> str:
    for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - with mkdtemp
        if _can_reach(Path(folder), owner):
            return folder
    raise ServerUnavailable("there is no temporary folder that servers can reach")


def _can_reach(path: Path, owner: Account) -> bool:
    if owner.user == os.geteuid():
        return True
    needed = 0o005 if path.is_dir() else 0o004
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents) and (
        path.stat().st_mode & needed == needed
    )
