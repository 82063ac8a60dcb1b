"""The verifier that strangers run: it shares nothing with us, and finds everything."""

import ast
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from ledger import witnessing
from ledger.models import Entry
from tests.ledger import making
from tests.ledger.reading import get, keeping_contents
from tests.ledger.witnesses import OtherLog, OtherWitness, connect

FILE = Path(settings.BASE_DIR, "docs", "examples", "verify_log.py")
VECTORS = json.loads(
    Path(settings.BASE_DIR, "tests", "vectors", "tlog_own.json").read_text()
)
Served = dict[str, bytes]


def load() -> ModuleType:
    """Return the program as a module, to run it many times."""
    spec = importlib.util.spec_from_file_location("verify_log_of_strangers", FILE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


program = load()


def served(size: int) -> Served:
    """Return everything that a log serves, by its path."""
    paths = ["checkpoint"]
    for number in range(-(-size // 256)):
        width = min(256, size - 256 * number)
        paths += [program.path_of(kind, number, width) for kind in ("entries", 0)]
    level = 1
    while count := size >> (8 * level):
        paths += [
            program.path_of(level, number, min(256, count - 256 * number))
            for number in range(-(-count // 256))
        ]
        level += 1
    return {path: get(f"/log/{path}").content for path in paths}


def verify(files: Served, *more: str, key: str = "") -> int:
    """Run the program against what is served."""
    key = key or get("/log/vkey").content.decode().strip()

    def reader(_url: str) -> Any:
        return lambda path: files.get(path, b"")

    status: int = program.main(["http://log.test", "--vkey", key, *more], reader)
    return status


def test_it_imports_the_standard_library_alone() -> None:
    tree = ast.parse(FILE.read_text())
    names = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert names
    assert names <= sys.stdlib_module_names | {"__future__"}


def test_its_signatures_are_those_of_ed25519() -> None:
    # RFC 8032 §7.1, test 2.
    public = bytes.fromhex(
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    )
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert program.is_signed(b"\x72", signature, public)
    assert not program.is_signed(b"\x73", signature, public)

    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    ours = private.public_key().public_bytes_raw()
    for length in (0, 1, 200):
        message = bytes(length)
        right = private.sign(message)
        assert program.is_signed(message, right, ours)
        for at in range(0, 64, 7):
            wrong = bytearray(right)
            wrong[at] ^= 1
            assert not program.is_signed(message, bytes(wrong), ours)
        # The same signature, with the order of the group added: RFC 8032 §5.1.7.
        s = int.from_bytes(right[32:], "little") + program.ORDER
        assert not program.is_signed(
            message, right[:32] + s.to_bytes(32, "little"), ours
        )
    assert not program.is_signed(b"", right[:63], ours)
    assert not program.is_signed(b"", right, b"\xff" * 32)


def test_the_heads_of_the_vectors_are_those_of_their_entries() -> None:
    checkpoints = VECTORS["checkpoints"]
    key = program.key_of(checkpoints["vkey"], program.LOG_KEY)
    tree = program.Tree()

    for one in checkpoints["notes"]:
        while tree.size < one["size"]:
            tree.add(program.leaf_hash(b'{"n":%d}' % tree.size))
        head = program.opened(one["note"], [key], [])
        assert (head.size, head.root) == (one["size"], tree.root())


def test_the_cosigned_head_of_the_vectors_is_one() -> None:
    said = VECTORS["cosignature"]
    log = program.key_of(VECTORS["checkpoints"]["vkey"], program.LOG_KEY)
    witness = program.key_of(said["vkey"], program.WITNESS_KEY)

    assert program.opened(said["note"], [log], [witness]).size == 300


def test_the_proof_file_of_the_vectors_is_one() -> None:
    said = VECTORS["tlog_proof"]
    log = program.key_of(VECTORS["checkpoints"]["vkey"], program.LOG_KEY)

    index, _leaf, head = program.verify_proof(
        said["text"].encode(), said["leaf"].encode(), ([log], [])
    )
    assert (index, head.size) == (said["index"], said["size"])


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 600])
def test_it_reads_the_whole_log(size: int, capsys: pytest.CaptureFixture[str]) -> None:
    making.log_of(size)

    assert verify(served(size)) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"whole: {size} entries of 127.0.0.1:8000/log, root ")


@pytest.mark.django_db
def test_any_byte_that_is_changed_on_the_way_is_found() -> None:
    making.log_of(5)
    whole = served(5)
    count = 0

    for path, data in whole.items():
        # Each time a signature is verified in plain Python: not of every byte.
        for at in range(count % 4, len(data), 4):
            changed = bytearray(data)
            changed[at] ^= 1 << (count % 8)
            assert verify({**whole, path: bytes(changed)}) == 1, f"{path}, byte {at}"
            count += 1
    assert verify(whole) == 0
    assert count > 300


@pytest.mark.django_db
def test_changes_are_found_in_each_tile_of_a_larger_log() -> None:
    making.log_of(600)
    whole = served(600)
    assert len(whole) == 8

    for path, data in whole.items():
        for at in (0, len(data) // 2, len(data) - 1):
            changed = bytearray(data)
            changed[at] ^= 4
            assert verify({**whole, path: bytes(changed)}) == 1, f"{path}, byte {at}"
        assert verify({**whole, path: b""}) == 1
        assert verify({**whole, path: data[:-1]}) == 1
        assert verify({**whole, path: data + b"\x00"}) == 1


@pytest.mark.django_db
def test_a_rewritten_log_is_found_by_what_was_seen_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state.json"
    making.log_of(5)
    assert verify(served(5), "--state", str(state)) == 0
    making.append(300)
    making.sequence()
    assert verify(served(305), "--state", str(state)) == 0
    assert json.loads(state.read_text())["size"] == 305
    before = state.read_text()

    said = json.loads(before)
    forged = {**said, "size": 5}
    state.write_text(json.dumps(forged))
    assert verify(served(305), "--state", str(state)) == 1
    assert "rewritten" in capsys.readouterr().err
    state.write_text(json.dumps({**said, "size": 306}))
    assert verify(served(305), "--state", str(state)) == 1
    assert "had 306" in capsys.readouterr().err
    state.write_text(json.dumps({**said, "origin": "other.example/log"}))
    assert verify(served(305), "--state", str(state)) == 1
    for text in ("", "[]", "{}", '{"origin": 1, "size": "x", "root": ""}'):
        state.write_text(text)
        assert verify(served(305), "--state", str(state)) == 1
        # What is wrong is not forgotten by looking again.
        assert state.read_text() == text


@pytest.mark.django_db
def test_only_the_log_that_was_meant_is_the_right_one() -> None:
    making.log_of(2)
    other = OtherLog()

    assert verify(served(2), key=str(other.key)) == 1
    assert verify({"checkpoint": other.note(0).encode()}) == 1
    for key in ("", "a+b", "a+b+c", f"{other.key}A", str(other.key)[:-4] + "AAAA"):
        assert verify(served(2), key=key or "x") == 1


@pytest.mark.django_db
def test_a_witness_that_is_asked_for_must_have_signed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    witness = OtherWitness("witness.example/w1")
    connect(monkeypatch, witness)
    making.log_of(2)
    asked = ("--witness", str(witness.key))
    assert verify(served(2), *asked) == 1
    assert "witness.example/w1 did not sign" in capsys.readouterr().err

    witness.row()
    witnessing.collect()
    whole = served(2)
    assert verify(whole, *asked) == 0

    note = whole["checkpoint"]
    line = note.splitlines()[-1]
    wrong = line[:-6] + bytes([line[-6] ^ 1]) + line[-5:]
    assert verify({**whole, "checkpoint": note.replace(line, wrong)}, *asked) == 1


@pytest.fixture
def proven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None
) -> tuple[Path, Path, list[str]]:
    """A proof file, a content, and the arguments that say so."""
    with keeping_contents(monkeypatch) as room:
        entry = room.log_of(300)[42]
        kept = room.rows[entry.pk]
    proof, content = tmp_path / "proof.txt", tmp_path / "content.json"
    proof.write_bytes(get("/api/v1/log/entries/42/proof").content)
    content.write_bytes(kept.body)
    key = get("/log/vkey").content.decode().strip()
    given = ["--vkey", key, "--proof", str(proof)]
    given += ["--content", str(content), "--salt", kept.salt.hex()]
    return proof, content, given


def test_a_proof_file_is_verified_offline(
    proven: tuple[Path, Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    _proof, _content, given = proven

    assert program.main(given) == 0
    said = capsys.readouterr().out
    assert "entry 42 of 127.0.0.1:8000/log" in said
    assert "the entry is of this content" in said


def test_any_byte_of_proof_content_and_salt_counts(
    proven: tuple[Path, Path, list[str]],
) -> None:
    proof, content, given = proven
    for file in (proof, content):
        whole = file.read_bytes()
        for at in range(0, len(whole), 1 if file is content else 9):
            changed = bytearray(whole)
            changed[at] ^= 1
            file.write_bytes(changed)
            assert program.main(given) == 1, f"{file.name}, byte {at}"
        file.write_bytes(whole)
    salt = given[-1]
    for wrong in ("0" * 64, salt[:-1], salt[2:], salt + "00", "", "x" * 64):
        assert program.main([*given[:-1], wrong or "z"]) == 1
    assert program.main(given) == 0


def test_the_entry_may_come_beside_the_proof(
    proven: tuple[Path, Path, list[str]], tmp_path: Path
) -> None:
    proof, _content, given = proven
    lines = proof.read_text().split("\n")
    proof.write_text("\n".join([lines[0], *lines[2:]]))
    leaf = tmp_path / "leaf.json"
    leaf.write_bytes(bytes(Entry.objects.get(position=42).leaf))

    assert program.main(given) == 1
    assert program.main([*given, "--leaf", str(leaf)]) == 0
    leaf.write_bytes(b"{}")
    assert program.main([*given, "--leaf", str(leaf)]) == 1


def test_what_is_no_proof_is_said_to_be_none(
    proven: tuple[Path, Path, list[str]],
) -> None:
    proof, _content, given = proven
    for text in (b"", b"\xff", b"x", b"c2sp.org/tlog-proof@v1\n\n", b"\n\n"):
        proof.write_bytes(text)
        assert program.main(given) == 1
    proof.unlink()
    assert program.main(given) == 1


@pytest.mark.parametrize("more", [[], ["--content", "x"]])
def test_what_is_asked_in_part_is_not_guessed(more: list[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["--vkey", "x", *more])


@pytest.mark.django_db(transaction=True)
def test_it_runs_alone_against_a_server(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with keeping_contents(monkeypatch) as room:
        room.log_of(300)
    key = get("/log/vkey").content.decode().strip()
    command = [sys.executable, "-I", str(FILE), f"{live_server}/log", "--vkey"]

    right = subprocess.run(
        [*command, key, "--state", str(tmp_path / "state")],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    wrong = subprocess.run(
        [*command, str(OtherLog().key)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )

    assert (right.returncode, right.stderr) == (0, "")
    assert right.stdout.startswith("whole: 300 entries of ")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr == "WRONG: the log did not sign its head\n"


@pytest.mark.django_db(transaction=True)
def test_a_log_that_is_not_there_is_not_verified(
    live_server: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    key = str(OtherLog().key)

    assert program.main([f"{live_server}/log", "--vkey", key]) == 1
    assert "404" in capsys.readouterr().err
    assert program.main(["http://127.0.0.1:1/log", "--vkey", key]) == 1
    assert program.main(["file:///etc/passwd", "--vkey", key]) == 1
