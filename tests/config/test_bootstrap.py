import importlib.util
import os
import shutil
import sys
import threading
import time
from pathlib import Path

import pytest

from config import bootstrap
from config.bootstrap import locks
from config.bootstrap.environment import Environment
from config.bootstrap.failures import BootstrapFailed, explain
from config.file_lock import FileLock
from tests.config.bootstrapping import LOCK, pretend_made

needs_an_installer = pytest.mark.skipif(
    not (
        importlib.util.find_spec("ensurepip")
        or shutil.which("uv")
        or Path("/usr/lib/python3/dist-packages/pip").exists()
    ),
    reason="nothing here installs packages offline: no python3-venv, no pip, no uv",
)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ([], ("requirements.txt",)),
        (["run", "--port", "1"], ("requirements.txt",)),
        (["test", "-x"], ("requirements.txt", "requirements-test.txt")),
        (["gate"], ("requirements.txt", "requirements-dev.txt")),
    ],
)
def test_each_command_needs_its_own_locks(
    arguments: list[str], names: tuple[str, ...]
) -> None:
    assert locks.locks_for(arguments) == names


def test_a_package_with_a_marker_says_nothing_about_this_machine(lock: Path) -> None:
    assert locks.pinned(lock) == {"probe": "1.0"}


def test_a_package_in_another_version_is_unmet(tmp_path: Path) -> None:
    path = tmp_path / "lock.txt"
    path.write_text("django==1.0 \\\n")

    assert locks.unmet([path]) == ["django"]


def test_the_environment_of_these_tests_meets_the_project_s_locks() -> None:
    names = locks.locks_for(["test"])

    assert locks.unmet([bootstrap.BASE_DIR / name for name in names]) == []


@pytest.mark.parametrize(
    ("output", "meaning"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("Failed: Temporary failure in name resolution", "cannot be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "not the one"),
        ("ERROR: No matching distribution found for x", "was not found"),
        ("[Errno 13] Permission denied: '/x'", "cannot be written"),
        ("something\n\nnew", "something new"),
    ],
)
def test_a_failure_is_explained_in_words(output: str, meaning: str) -> None:
    assert meaning in explain(output)


def test_a_good_stamp_needs_no_installer(
    environment: Environment, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_made(environment, lock)
    monkeypatch.setattr(Environment, "_build", lambda *_: pytest.fail("built"))

    environment.bring_up_to_date([lock])


def test_a_changed_lock_makes_the_stamp_bad(
    environment: Environment, lock: Path
) -> None:
    pretend_made(environment, lock)
    lock.write_text("probe==2.0 \\\n")

    assert not environment.is_up_to_date([lock])


def test_an_environment_whose_python_is_gone_is_bad(
    environment: Environment, lock: Path
) -> None:
    pretend_made(environment, lock)
    environment.python.unlink()
    environment.python.symlink_to("/gone")

    assert not environment.is_up_to_date([lock])


@pytest.mark.parametrize("stamp", ["", "[]", "not JSON"])
def test_a_stamp_that_cannot_be_read_is_none(
    environment: Environment, lock: Path, stamp: str
) -> None:
    pretend_made(environment, lock)
    (environment.folder / "flashsesame-stamp.json").write_text(stamp)

    assert not environment.is_up_to_date([lock])


@needs_an_installer
@pytest.mark.usefixtures("offline")
def test_an_environment_is_made_from_nothing_and_finished_after_an_interruption(
    environment: Environment, lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.bring_up_to_date([lock])

    assert environment.is_up_to_date([lock])
    assert "Installing requirements.txt with pip" in capsys.readouterr().err

    # Another command's lock is added to the first one's.
    other = lock.with_name("requirements-test.txt")
    other.write_text(lock.read_text())
    environment.bring_up_to_date([other])
    assert environment.is_up_to_date([lock, other])
    installed = next(environment.folder.glob("lib/python*/site-packages/probe.py"))

    # Half a package, as kill -9 leaves it: pip would think that it is there.
    installed.unlink()
    (environment.folder / "flashsesame-stamp.json").unlink()
    (environment.folder / "flashsesame-unfinished").touch()
    environment.bring_up_to_date([lock])

    assert installed.exists()
    assert not (environment.folder / "flashsesame-unfinished").exists()


@needs_an_installer
@pytest.mark.usefixtures("offline")
def test_a_package_that_the_lock_does_not_vouch_for_is_refused_in_words(
    environment: Environment, lock: Path
) -> None:
    lock.write_text(LOCK.format(digest="0" * 64))

    with pytest.raises(BootstrapFailed, match=r"not the one that the lock file names"):
        environment.bring_up_to_date([lock])

    assert not environment.is_up_to_date([lock])
    assert "HASHES" in environment.log.read_text()


def test_a_second_terminal_waits_for_the_first_and_finds_the_work_done(
    environment: Environment,
    lock: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(Environment, "_build", lambda *_: pytest.fail("built twice"))
    first = FileLock(environment.folder.with_name(".venv.lock"))
    assert first.acquire()
    second = threading.Thread(target=environment.bring_up_to_date, args=([lock],))
    second.start()
    time.sleep(0.2)
    pretend_made(environment, lock)
    first.release()
    second.join(5)

    assert not second.is_alive()
    assert "Another terminal is preparing .venv" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_told_in_words(lock: Path) -> None:
    with pytest.raises(BootstrapFailed, match="cannot be prepared"):
        Environment(Path("/proc/nowhere/.venv")).bring_up_to_date([lock])


def test_an_old_python_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 8, 10, "final", 0))

    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or later.*3\.8\.10"):
        bootstrap.prepare(["run"])


def test_the_bootstrap_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASHSESAME_BOOTSTRAP", "0")
    monkeypatch.setattr(bootstrap, "_prepare", lambda _: pytest.fail("prepared"))

    bootstrap.prepare(["run"])


def test_an_interruption_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.delenv("FLASHSESAME_BOOTSTRAP", raising=False)
    monkeypatch.setattr(bootstrap, "_prepare", interrupt)

    with pytest.raises(SystemExit, match="goes on from here"):
        bootstrap.prepare(["run"])


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Move the project to an empty folder and note what it would become."""
    became: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "BASE_DIR", tmp_path)
    monkeypatch.setattr(os, "execv", lambda _, command: became.append(command))
    monkeypatch.setattr(Environment, "_build", lambda *_: None)
    monkeypatch.delenv("FLASHSESAME_BOOTSTRAP", raising=False)
    return became


def test_a_plain_python_becomes_the_environment_s(
    elsewhere: list[list[str]], lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_made(Environment(lock.parent / ".venv"), lock)
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)

    bootstrap.prepare(["run"])

    assert elsewhere == [
        [str(lock.parent / ".venv/bin/python"), *sys.orig_argv[1:]],
    ]


def test_an_active_environment_that_lacks_something_is_left_as_it_is(
    elsewhere: list[list[str]],
    lock: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert lock.exists()
    monkeypatch.setattr(sys, "prefix", "/somebody/s/environment")

    bootstrap.prepare(["run"])

    assert "is left as it is: it lacks probe." in capsys.readouterr().err
    assert len(elsewhere) == 1


def test_an_environment_with_the_locked_versions_is_used_where_it_is(
    elsewhere: list[list[str]], tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text("# nothing\n")

    bootstrap.prepare(["run"])

    assert elsewhere == []


def test_inside_its_own_environment_nothing_is_started_again(
    elsewhere: list[list[str]], lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(lock.parent / ".venv"))

    bootstrap.prepare(["run"])

    assert elsewhere == []


def test_a_lock_names_its_holder_to_the_others(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.acquire()
    first.sign("process 1")

    assert not second.acquire()
    assert second.holder() == "process 1"

    first.release()
    assert second.acquire()
    second.release()
