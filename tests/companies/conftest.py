"""What the tests of this room stand on."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def evidence_dir(settings: object, tmp_path: Path) -> Path:
    """Keep the documents of a test where they go with it; return the folder."""
    folder = tmp_path / "evidence"
    settings.EVIDENCE_DIR = folder  # type: ignore[attr-defined]
    return folder
