"""The smallest package, its lock, and an environment that is not made yet."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from config.bootstrap.environment import Environment
from tests.config.bootstrapping import LOCK


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """Write the smallest package that pip installs."""
    path = tmp_path / "wheels" / "probe-1.0-py3-none-any.whl"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("probe.py", "here = True\n")
        about = "probe-1.0.dist-info"
        archive.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\nName: probe\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{about}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n"
            "Tag: py3-none-any\n",
        )
        archive.writestr(f"{about}/RECORD", "")
    return path


@pytest.fixture
def lock(wheel: Path, tmp_path: Path) -> Path:
    """Write a lock of one package for every machine, and one for Windows."""
    path = tmp_path / "requirements.txt"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    path.write_text(LOCK.format(digest=digest))
    return path


@pytest.fixture
def offline(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pip find packages beside the wheel only, and leave the system alone."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    monkeypatch.setenv("FLASHSESAME_APT", "0")


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path / ".venv")
