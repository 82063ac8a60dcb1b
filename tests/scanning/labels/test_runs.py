"""Runs of labels: made once, whoever makes them, and kept for some days."""

import io
import threading
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.utils import timezone

from scanning import label_tasks
from scanning.labels import files, making
from scanning.models import LabelLine, LabelRun
from scanning.services.labelling import make_labels_again
from tests.scanning.labels import drawn

pytestmark = pytest.mark.django_db

Order = Callable[..., LabelRun]
Made = Callable[[LabelRun], bytes]
A4 = (595.276, 841.89)


def author_of(run: LabelRun) -> User:
    """Return who asked for a run."""
    assert run.asked_by is not None
    return run.asked_by


def test_every_label_of_the_sheets_is_read_from_the_file(
    order: Order, made: Made
) -> None:
    run = order(30)

    pages = drawn.pages_of(made(run))

    read = [
        text for page in pages for text in drawn.texts_of(drawn.pixels_of(page, *A4))
    ]
    gtin = run.lines.get().product_id
    assert read == [
        f"HTTPS://ID.FILATURE.EXAMPLE/01/{gtin}/10/LOT-1/21/AB{number:05}"
        for number in range(1, 31)
    ]
    assert len(pages) == 2


@pytest.mark.parametrize("layout", ["png-50x30", "svg-50x30"])
def test_an_archive_has_a_file_for_each_label(
    order: Order, made: Made, layout: str
) -> None:
    run = order(3, layout=layout)

    archive = zipfile.ZipFile(io.BytesIO(made(run)))

    gtin, kind = run.lines.get().product_id, layout[:3]
    assert archive.namelist() == [
        f"0000{number}_{gtin}_LOT-1_AB0000{number}.{kind}" for number in (1, 2, 3)
    ]
    assert archive.testzip() is None


def test_the_file_is_described_by_its_row(
    order: Order, made: Made, folder: Path
) -> None:
    run = order(3)
    data = made(run)

    run.refresh_from_db()
    assert (run.file_size, len(run.file_sha256)) == (len(data), 64)
    assert run.started_at
    assert run.finished_at
    # Parts are gone, and nobody else on the machine may look.
    assert [path.name for path in (folder / str(run.pk)).iterdir()] == [run.file_name]
    assert (folder / str(run.pk)).stat().st_mode & 0o077 == 0


def test_copies_lie_side_by_side_across_chunks(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = order(7, copies=3)

    whole = list(making.labels_of(run, 0, 21))
    pieces = [one for at in range(21) for one in making.labels_of(run, at, at + 1)]

    assert whole == pieces
    assert [label.serial for label, _name in whole[:4]] == ["AB00001"] * 3 + ["AB00002"]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_a_run_once(order: Order) -> None:
    run = order(130)
    barrier = threading.Barrier(2)

    def worker() -> None:
        barrier.wait()
        making.work()
        connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    run.refresh_from_db()
    assert (run.state, run.done, run.attempts) == ("done", 130, 0)


def test_runs_take_turns(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = order(300), order(300)
    # A moment of work is one chunk.
    clock = iter(range(100_000))
    monkeypatch.setattr(making, "SLICE_SECONDS", 0.5)
    monkeypatch.setattr("time.monotonic", lambda: next(clock) / 2)

    seen = []
    for _ in range(4):
        assert making.work()
        seen.append(
            tuple(LabelRun.objects.get(pk=run.pk).done for run in (first, second))
        )

    assert seen == [(120, 0), (120, 120), (240, 120), (240, 240)]


def test_files_are_kept_some_days_and_made_again(
    order: Order, made: Made, folder: Path
) -> None:
    run = order(3)
    whole = made(run)
    label_tasks.purge_labels()
    assert (folder / str(run.pk)).exists()

    LabelRun.objects.update(finished_at=timezone.now() - timedelta(days=8))
    label_tasks.purge_labels()
    run.refresh_from_db()
    assert not run.has_file
    assert list(folder.iterdir()) == []

    make_labels_again(run=run, author=author_of(run))
    assert made(run) == whole


def test_what_a_crash_left_is_swept_away(
    order: Order, made: Made, folder: Path
) -> None:
    run = order(3)
    made(run)
    files.write_part(run.pk, 0, [])
    (folder / str(run.pk) / f".{run.file_name}.1").write_bytes(b"half")
    orphan = folder / "9f0b7f53-2f5b-4b0c-9d5a-6e0e3f1f8a11"
    orphan.mkdir()

    label_tasks.purge_labels()

    assert [one.name for one in folder.rglob("*") if one.is_file()] == [run.file_name]
    assert not orphan.exists()


def test_a_renamed_product_keeps_its_name_on_ordered_labels(
    order: Order, made: Made
) -> None:
    run = order(3)
    whole = made(run)
    product = LabelLine.objects.get().product
    type(product).objects.update(name="Autre nom")
    LabelRun.objects.update(file_name="")

    make_labels_again(run=run, author=author_of(run))
    assert made(run) == whole
