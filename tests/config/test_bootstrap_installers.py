import ctypes
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.bootstrap import console, debian, installers
from config.bootstrap.environment import Environment
from config.bootstrap.failures import BootstrapFailed
from config.bootstrap.installers import Installer
from tests.config.bootstrapping import Commands, program


def test_the_ways_to_packages_are_tried_in_turn(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Installer("the last", ("last",))
    for name in ("own_pip", "outside_pip", "uv"):
        monkeypatch.setattr(installers, name, lambda *_: None)
    monkeypatch.setattr(installers, "downloaded_pip", lambda *_: found)

    assert installers.find_installer(environment, Commands()) == found


def test_without_any_way_root_s_one_command_is_named(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("own_pip", "outside_pip", "uv", "downloaded_pip"):
        monkeypatch.setattr(installers, name, lambda *_: None)

    with pytest.raises(BootstrapFailed, match="apt-get install -y python3-venv"):
        installers.find_installer(environment, Commands())


def test_without_ensurepip_the_environment_has_no_pip_of_its_own(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    assert installers.own_pip(environment, Commands()) is None


def test_the_machine_s_pip_installs_into_the_bare_environment(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installers, "_pip_version", lambda *_: (23, 0))
    commands = Commands()

    installer = installers.outside_pip(environment, commands)

    assert installer is not None
    assert installer.command[3:5] == ("--python", str(environment.python))
    assert "--require-hashes" in installer.command
    assert "--without-pip" in commands.seen[0]


@pytest.mark.parametrize(
    ("said", "version"), [("pip 23.0.1 from x", (23, 0)), ("", (0, 0))]
)
def test_the_machine_s_pip_is_asked_for_its_version(
    tmp_path: Path, said: str, version: tuple[int, int]
) -> None:
    assert installers._pip_version(program(tmp_path, "pip", f"echo {said}")) == version
    assert installers._pip_version("/nowhere/pip") == (0, 0)


def test_a_pip_too_old_to_install_elsewhere_is_passed_over(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installers, "_pip_version", lambda *_: (20, 3))

    assert installers.outside_pip(environment, Commands()) is None


def test_uv_is_used_where_it_answers(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installers.uv(environment, Commands()) is None

    uv = program(tmp_path, "uv", "exit 0")

    installer = installers.uv(environment, Commands())
    assert installer is not None
    assert installer.command[:3] == (uv, "pip", "install")
    assert installers.uv(environment, Commands(succeeds=False)) is None


def test_an_ordinary_user_gets_debian_s_pip_without_installing_it(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    program(
        programs,
        "apt-get",
        'for last; do :; done; [ "$last" = update ] || touch "$last"_1.deb',
    )
    program(
        programs,
        "dpkg-deb",
        'd="$3/usr/share/python-wheels"; mkdir -p "$d"; touch "$d/pip-1-any.whl"',
    )
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.delenv("FLASHSESAME_APT", raising=False)
    monkeypatch.setattr(Environment, "make", lambda *_: True)
    runner = console.Runner(tmp_path / "log")

    installer = installers.downloaded_pip(environment, runner)

    assert installer is not None
    assert installer.command[1].endswith("python-wheels/pip-1-any.whl/pip")


def test_a_download_that_fails_is_no_way(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.delenv("FLASHSESAME_APT", raising=False)

    assert installers.downloaded_pip(environment, Commands(succeeds=False)) is None


def test_apt_is_never_called_when_it_is_forbidden(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASHSESAME_APT", "0")
    commands = Commands()

    debian.install_system_packages(commands)

    assert installers.downloaded_pip(environment, commands) is None
    assert commands.seen == []


def test_root_gets_the_missing_system_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "missing_packages", lambda: ["libzbar0"])
    monkeypatch.setattr(debian, "may_install", lambda: True)
    commands = Commands(succeeds=False)

    debian.install_system_packages(commands)

    verbs = [
        next(word for word in ("install", "update") if word in c) for c in commands.seen
    ]
    assert verbs == ["install", "update", "install"]


def test_an_ordinary_user_is_told_about_the_second_engine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(debian, "missing_packages", lambda: ["libzbar0"])
    monkeypatch.setattr(debian, "may_install", lambda: False)

    debian.install_system_packages(Commands())

    assert "apt-get install -y libzbar0" in capsys.readouterr().err


def test_what_a_bare_debian_lacks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_library(_: str) -> None:
        raise OSError

    monkeypatch.setattr(sys, "base_prefix", "/usr")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(debian, "CERTIFICATES", Path("/nowhere"))
    monkeypatch.setattr(ctypes, "CDLL", no_library)

    assert debian.missing_packages() == ["python3-venv", "ca-certificates", "libzbar0"]


def test_a_long_command_gives_signs_of_life(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(console, "SECONDS_BETWEEN_SIGNS_OF_LIFE", 0.1)
    runner = console.Runner(tmp_path / "log")
    script = (
        "echo 'Collecting a'; sleep 0.3;echo 'Installing collected packages'; sleep 0.3"
    )

    outcome = runner.run("Working", ["sh", "-c", script])

    said = capsys.readouterr().err
    assert outcome.succeeded
    assert "1 packages fetched" in said
    assert "unpacking 1 packages" in said
    assert "Collecting a" in (tmp_path / "log").read_text()


def test_a_program_that_does_not_exist_has_failed(tmp_path: Path) -> None:
    outcome = console.Runner(tmp_path / "log").run("Trying", ["/nowhere/program"])

    assert not outcome.succeeded
    assert "No such file" in outcome.output


def test_a_command_that_a_person_interrupts_is_ended_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(_text: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(console, "SECONDS_BETWEEN_SIGNS_OF_LIFE", 0.1)
    process = subprocess.Popen(
        ["sleep", "60"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    monkeypatch.setattr(console, "say", interrupt)

    with pytest.raises(KeyboardInterrupt):
        console._follow(process, 0.0)

    assert process.returncode == -15


def test_a_log_on_a_full_disk_hides_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = console.Runner(Path("/dev/full")).run("Working", ["echo", "it went well"])

    assert outcome == console.Outcome(succeeded=True, output="it went well\n")
    assert "done" in capsys.readouterr().err
