import subprocess
from pathlib import Path

import pytest

from config.testing import programs
from config.testing.programs import CHROMIUM, Program, provide


@pytest.fixture
def missing(tmp_path: Path) -> Program:
    return Program(tmp_path / "chromium", CHROMIUM.packages)


def test_a_person_without_chromium_is_told_how_to_get_it(missing: Program) -> None:
    said = provide(missing, pytest.fail, in_ci=False)

    assert f"{missing.path} is missing" in said
    assert "apt-get install -y chromium libatomic1" in said


def test_a_chromium_that_is_there_needs_no_word(missing: Program) -> None:
    missing.path.touch()

    assert provide(missing, pytest.fail, in_ci=True) == ""


def test_a_ci_that_may_not_install_it_says_so(
    missing: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASHSESAME_APT", "0")

    assert "may not install" in provide(missing, pytest.fail, in_ci=True)


@pytest.mark.parametrize(("comes", "reason"), [(True, ""), (False, "broken packages")])
def test_a_ci_of_root_s_installs_it_after_reading_the_package_lists(
    missing: Program, monkeypatch: pytest.MonkeyPatch, comes: bool, reason: str
) -> None:
    commands: list[str] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command[1])
        if comes and len(commands) == 3:
            missing.path.touch()
        failed = not missing.path.exists()
        return subprocess.CompletedProcess(command, int(failed), "broken packages")

    monkeypatch.setattr(programs, "may_install", lambda: True)
    monkeypatch.setattr(subprocess, "run", run)

    assert reason in provide(missing, str, in_ci=True)
    assert commands == ["install", "update", "install"]
