"""Files that are broken, cut off, hostile or too large; those that are forgotten."""

import gzip
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone

from companies.spreadsheets import Unreadable
from products.errors import ProductFileRefused, ProductFileTooLarge
from products.importing import forgetting, unpacking
from products.importing.unpacking import blocks, unpacked
from products.models import ProductImport
from products.services import cancel_product_import
from products.services.importing import OPERATOR
from tests.products.imports import runs

A, B = "3017620422003", "3274080005003"


def through(content: bytes, *, at_once: int = 7) -> bytes:
    """Return a file as it is unpacked, coming in chunk by chunk."""
    file = io.BytesIO(content)
    return b"".join(unpacked(iter(lambda: file.read(at_once), b"")))


def test_members_one_after_the_other_and_padding_are_one_text() -> None:
    packed = gzip.compress(b"one\n") + gzip.compress(b"two\n") + b"\0" * 20

    assert through(packed) == b"one\ntwo\n"
    assert through(b"plain\n") == b"plain\n"


@pytest.mark.parametrize("kept", [3, 12, -9, -1])
def test_a_file_that_ends_too_early_is_said_to(kept: int) -> None:
    with pytest.raises(Unreadable) as refused:
        through(gzip.compress(b"a line of some length\n" * 50)[:kept])

    assert refused.value.code == "truncated"


def test_a_damaged_file_is_said_to_be() -> None:
    packed = bytearray(gzip.compress(b"a line of some length\n" * 50))
    packed[-6] ^= 1

    with pytest.raises(Unreadable) as refused:
        through(bytes(packed))

    assert refused.value.code == "damaged"


def test_a_line_without_end_is_let_go_and_the_next_one_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unpacking, "BLOCK", 10)
    monkeypatch.setattr(unpacking, "MAX_LINE", 20)
    pieces = [b"one\n", b"x" * 15, b"x" * 15, b"x" * 15, b"x\ntwo\nthr", b"ee"]

    text = b"".join(blocks(pieces))

    assert text.split(b"\n") == [b"one", unpacking.TOO_LONG, b"two", b"three", b""]


@pytest.mark.django_db
def test_a_bomb_is_refused_before_it_fills_the_disk(
    settings: LazySettings, own_folder: Path
) -> None:
    settings.MAX_PRODUCT_IMPORT_UNPACKED_BYTES = 5_000_000
    bomb = gzip.compress(b'{"code": "' + b"0" * 20_000_000 + b'"}')

    with pytest.raises(ProductFileTooLarge) as refused:
        runs.asked(bomb)

    assert refused.value.extra["reason"] == "unpacks_to_too_much"
    assert not list(own_folder.iterdir())
    assert not ProductImport.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gzip.compress(b"code;name\n1;2\n"), "not_a_dump"),
        (gzip.compress(b""), "empty"),
        (gzip.compress(b'{"code": "1"}\n')[:-5], "truncated"),
        (b"\x1f\x8b\x08 no gzip at all", "damaged"),
        (b"%PDF-1.7 \0", "not_a_table"),
    ],
    ids=["table", "empty", "cut", "damaged", "pdf"],
)
def test_what_cannot_be_read_leaves_nothing_behind(
    content: bytes, reason: str, own_folder: Path
) -> None:
    with pytest.raises(ProductFileRefused) as refused:
        runs.asked(content)

    assert refused.value.extra["reason"] == reason
    assert not own_folder.exists() or not list(own_folder.iterdir())


@pytest.mark.django_db
def test_what_is_uploaded_has_a_limit(settings: LazySettings) -> None:
    settings.MAX_PRODUCT_IMPORT_BYTES = 100

    with pytest.raises(ProductFileTooLarge):
        runs.asked(runs.lines([runs.record(A)] * 10))


@pytest.mark.django_db
def test_a_disk_that_is_full_is_said_in_words_and_the_run_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = runs.asked(runs.dump([runs.record(A)]), wish=runs.AT_ONCE)

    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("products.importing.files.read_blocks", full)

    run = runs.worked(run)
    assert (run.state, run.error_code) == ("refused", "disk_full")
    assert run.error_text


@pytest.mark.django_db
def test_a_run_that_is_cancelled_does_nothing_more() -> None:
    run = runs.asked(runs.dump([runs.record(A)]), wish=runs.AT_ONCE)
    cancel_product_import(run=run, by=OPERATOR)

    run = runs.worked(run)

    assert (run.state, run.done) == ("cancelled", 0)


@pytest.mark.django_db
def test_old_files_are_removed_and_unconfirmed_ones_given_up(own_folder: Path) -> None:
    done = runs.imported(runs.dump([runs.record(A)]))
    checked = runs.worked(runs.asked(runs.dump([runs.record(B)])))
    waiting = runs.asked(runs.dump([runs.record(B)]))
    ProductImport.objects.update(created_at=timezone.now() - timedelta(days=8))

    assert forgetting.purge(older_than_days=7) == 2

    checked.refresh_from_db()
    assert (checked.state, checked.error_code) == ("cancelled", "too_old")
    assert [one.name for one in own_folder.iterdir()] == [str(waiting.pk)]
    done.refresh_from_db()
    assert (done.has_files, done.added) == (False, 1)
