"""How the bytes of a document come to the disk, and what is never half there."""

import errno
import hashlib
import os
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from companies import filing
from companies.filing import refusals, store
from companies.models import Evidence
from companies.tasks import sweep_evidence
from tests import make

pytestmark = pytest.mark.django_db

TEXT = "Effectif : 110 salariés".encode()
DIGEST = hashlib.sha256(TEXT).hexdigest()


def files(folder: Path) -> list[str]:
    """Return every file under a folder, drafts too."""
    return sorted(
        str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()
    )


def age(file: Path) -> None:
    """Let a file have been written two hours ago."""
    os.utime(file, (time.time() - 7_200,) * 2)


def test_a_document_lies_under_its_digest_where_only_we_read(
    evidence_dir: Path,
) -> None:
    kept = filing.keep([TEXT[:5], TEXT[5:]])

    assert (kept.sha256, kept.size) == (DIGEST, len(TEXT))
    assert files(evidence_dir) == [f"{DIGEST[:2]}/{DIGEST}"]
    for folder in (evidence_dir, evidence_dir / DIGEST[:2], evidence_dir / "drafts"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_empty_file_is_refused(evidence_dir: Path) -> None:
    with pytest.raises(refusals.EvidenceEmpty):
        filing.keep([])

    assert files(evidence_dir) == []


def test_a_file_over_the_limit_is_refused_while_it_comes(
    settings: Any, evidence_dir: Path
) -> None:
    settings.MAX_EVIDENCE_BYTES = 10
    taken = []

    def blocks() -> Any:
        for number in range(1_000):
            taken.append(number)
            yield b"12345"

    with pytest.raises(refusals.EvidenceTooLarge) as refused:
        filing.keep(blocks())

    assert len(taken) == 3
    assert (refused.value.status, refused.value.extra) == (413, {"limit": 10})
    assert files(evidence_dir) == []
    filing.keep([b"1234567890"])


def test_a_refused_file_leaves_nothing(evidence_dir: Path) -> None:
    with pytest.raises(refusals.EvidenceExecutable):
        filing.keep([b"MZ\x90"])

    assert files(evidence_dir) == []


@pytest.mark.parametrize("where", ["fsync", "replace"])
def test_a_full_disk_is_said_and_leaves_nothing(
    where: str, evidence_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    target: Any = os if where == "fsync" else Path
    monkeypatch.setattr(target, where, full)

    with pytest.raises(refusals.EvidenceNotStored) as refused:
        filing.keep([TEXT])

    assert (refused.value.code, refused.value.status) == ("evidence_not_stored", 507)
    assert files(evidence_dir) == []


def test_a_folder_that_cannot_be_made_is_said(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings.EVIDENCE_DIR = tmp_path / "file" / "evidence"

    with pytest.raises(refusals.EvidenceNotStored):
        filing.keep([TEXT])


def test_the_bytes_come_back_as_they_were_filed() -> None:
    document = make.document(make.company(), TEXT)

    assert filing.bytes_of(document) == TEXT


@pytest.mark.parametrize("what", ["altered", "missing", "longer"])
def test_altered_bytes_are_never_handed_out(what: str, evidence_dir: Path) -> None:
    document = make.document(make.company(), TEXT)
    file = evidence_dir / DIGEST[:2] / DIGEST
    match what:
        case "altered":
            file.write_bytes(TEXT.replace(b"110", b"999"))
        case "longer":
            file.write_bytes(TEXT + b"!")
        case "missing":
            file.unlink()

    with pytest.raises(refusals.EvidenceDamaged) as refused:
        filing.bytes_of(document)

    assert (refused.value.code, refused.value.status) == ("evidence_damaged", 404)


def test_filing_again_mends_a_damaged_file(evidence_dir: Path) -> None:
    company = make.company()
    document = make.document(company, TEXT)
    (evidence_dir / DIGEST[:2] / DIGEST).write_bytes(b"altered")

    make.document(company, TEXT)

    assert filing.bytes_of(document) == TEXT


@pytest.mark.database
def test_what_a_crash_left_is_swept_and_nothing_else(evidence_dir: Path) -> None:
    document = make.document(make.company(), TEXT)
    filed = evidence_dir / DIGEST[:2] / DIGEST
    orphan = evidence_dir / filing.keep([b"an orphan"]).sha256[:2]
    young = filing.keep([b"its row is being written"]).sha256
    draft = evidence_dir / "drafts" / "0123"
    draft.write_bytes(b"half")
    for file in (filed, next(orphan.iterdir()), draft):
        age(file)

    sweep_evidence()
    sweep_evidence()

    assert files(evidence_dir) == sorted(
        [f"{DIGEST[:2]}/{DIGEST}", f"{young[:2]}/{young}"]
    )
    assert filing.bytes_of(document) == TEXT


def test_the_sweep_of_a_folder_that_is_not_there_does_nothing() -> None:
    assert filing.sweep() == 0


def test_the_sweep_of_a_folder_that_others_use_leaves_what_is_theirs(
    evidence_dir: Path,
) -> None:
    filing.keep([TEXT])
    theirs = [
        evidence_dir / "reports" / "accounts.ods",
        evidence_dir / "reports" / DIGEST,
        evidence_dir / "ab" / "notes.txt",
        evidence_dir / "drafts" / "letter.txt",
    ]
    for file in theirs:
        file.parent.mkdir(exist_ok=True)
        file.write_text("theirs")
        age(file)

    sweep_evidence()

    assert all(file.exists() for file in theirs)


def test_what_is_filed_again_while_it_is_swept_stays(
    evidence_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = filing.keep([TEXT])
    file = evidence_dir / DIGEST[:2] / DIGEST
    age(file)
    rename = Path.rename

    def filed_just_before(self: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "rename", rename)
        filing.keep([TEXT])
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", filed_just_before)

    assert filing.sweep() == 0
    assert file.read_bytes() == TEXT
    assert kept.sha256 == DIGEST


def test_a_sweep_stops_when_its_time_is_over(
    evidence_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing.keep([TEXT])
    age(evidence_dir / DIGEST[:2] / DIGEST)
    monkeypatch.setattr(store, "SWEEP_SECONDS", -1)

    assert filing.sweep() == 0
    assert not Evidence.objects.exists()
