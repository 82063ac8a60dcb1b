"""What the tests of labels stand on: a folder of their own, an order in one line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from companies.models import Company
from products.models import Product
from scanning.labels import files, making
from scanning.models import LabelRun
from scanning.services.label_planning import Batch, Style
from scanning.services.labelling import ask_for_labels
from tests import make


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    """Write labels where the test can see them."""
    settings.LABELS_DIR = tmp_path / "labels"
    settings.BASE_URL = "https://id.filature.example"
    return tmp_path / "labels"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a moment of work be long: a slow machine must not change what a test sees."""
    monkeypatch.setattr(making, "SLICE_SECONDS", 600.0)


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company()


@pytest.fixture
def product(company: Company) -> Product:
    """Return a product of it, with accents in its name."""
    return make.product(of=company, name="Pull marin rayé — taille élève, cœur")


@pytest.fixture
def order(product: Product, company: Company) -> Callable[..., LabelRun]:
    """Return a function that orders serial numbers; nothing is made yet."""
    author = make.member(company)

    def ask(count: int = 30, **style: Any) -> LabelRun:
        batch = Batch(product, "LOT-1", "AB", 1, 5, count)
        style = {"symbol": "qr", "layout": "a4-70x37", "error_correction": "M"} | style
        return ask_for_labels(batches=[batch], style=Style(**style), author=author)

    return ask


@pytest.fixture
def made() -> Callable[[LabelRun], bytes]:
    """Return a function that makes a run to its end and returns its file."""

    def make_all(run: LabelRun) -> bytes:
        while making.work():
            pass
        run.refresh_from_db()
        assert run.state == "done", run.error_code
        return (files.folder(run.pk) / run.file_name).read_bytes()

    return make_all
