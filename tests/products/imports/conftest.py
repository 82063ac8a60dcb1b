"""Imports of tests lie in a folder of their own."""

from pathlib import Path

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def own_folder(settings: LazySettings, tmp_path: Path) -> Path:
    """Keep uploaded files where the test can look."""
    settings.PRODUCT_IMPORTS_DIR = tmp_path / "product-imports"
    return Path(settings.PRODUCT_IMPORTS_DIR)
