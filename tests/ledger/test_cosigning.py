"""Our own witness: what it signs of other logs, and what it refuses, as specified."""

from typing import Any

import pytest
from django.test import Client

from ledger import cosigning, merkle, notes
from ledger.models import WitnessedLog, WitnessKey
from tests.ledger.reading import code, get
from tests.ledger.witnesses import OtherLog

pytestmark = pytest.mark.django_db

SIZE = "text/x.tlog.size"


@pytest.fixture
def log() -> OtherLog:
    """A log that we witness."""
    other = OtherLog()
    WitnessedLog.objects.create(origin=other.origin, vkeys=str(other.key))
    return other


def ask(body: bytes) -> Any:
    """Send a request as another log does."""
    return Client(raise_request_exception=False, enforce_csrf_checks=True).post(
        "/witness/add-checkpoint", body, content_type="text/plain"
    )


def signed() -> tuple[int, bytes]:
    """Return what was signed last."""
    row = WitnessedLog.objects.get()
    return row.size, bytes(row.root)


def our_key() -> notes.VerifierKey:
    return notes.parse_verifier_key(get("/witness/vkey").content.decode().strip())


def test_a_head_is_signed_by_our_own_key_and_stored(log: OtherLog) -> None:
    answer = ask(log.body(0, 5))

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    whole = log.note(5) + answer.content.decode()
    note = notes.open_note(whole.encode(), [log.key, our_key()])
    assert [one.name for one in note.signatures] == [
        "other.example/log",
        "127.0.0.1:8000/witness",
    ]
    assert our_key().kind is notes.Kind.COSIGNATURE
    assert signed() == (5, merkle.root_of(log.leaves(5)))


def test_each_next_head_extends_the_one_before(log: OtherLog) -> None:
    old = 0
    for size in (1, 2, 2, 7, 8, 300):
        assert ask(log.body(old, size)).status_code == 200
        old = size

    assert signed() == (300, merkle.root_of(log.leaves(300)))


def test_another_size_than_ours_is_answered_with_ours(log: OtherLog) -> None:
    ask(log.body(0, 5))

    for old, size in ((0, 8), (4, 8), (6, 8), (0, 5)):
        answer = ask(log.body(old, size))
        assert (answer.status_code, answer.content) == (409, b"5\n")
        assert answer["Content-Type"] == SIZE
    assert signed()[0] == 5


def test_who_never_asked_is_told_zero(log: OtherLog) -> None:
    answer = ask(log.body(3, 5))

    assert (answer.status_code, answer.content) == (409, b"0\n")


def test_one_size_has_one_root_for_ever(log: OtherLog) -> None:
    ask(log.body(0, 5))
    before = signed()

    answer = ask(log.body(5, 5, fork=b"!"))

    assert (answer.status_code, answer.content) == (409, b"5\n")
    assert answer["Content-Type"] == SIZE
    assert signed() == before
    # It signed both, and cannot deny it.
    assert WitnessedLog.objects.get().contradiction == log.note(5, b"!")


@pytest.mark.parametrize("size", [6, 8, 300])
def test_another_history_is_not_signed(log: OtherLog, size: int) -> None:
    ask(log.body(0, 5))
    before = signed()

    answer = ask(log.body(5, size, fork=b"!"))

    assert code(answer) == (422, "checkpoint_inconsistent")
    assert signed() == before


def test_a_proof_is_neither_short_nor_long_nor_other(log: OtherLog) -> None:
    ask(log.body(0, 5))
    right = log.proof(5, 8)
    wrong = [
        [],
        right[:-1],
        [*right, right[0]],
        right[::-1],
        [bytes(32), *right[1:]],
        log.proof(4, 8),
    ]

    for proof in wrong:
        answer = ask(log.body(5, 8, proof=proof))
        assert code(answer) == (422, "checkpoint_inconsistent")
    # Nothing is to be proven from nothing, nor from itself.
    assert ask(log.body(5, 5, proof=right)).status_code == 422
    assert ask(log.body(5, 8)).status_code == 200


def test_the_first_head_comes_without_proof(log: OtherLog) -> None:
    assert ask(log.body(0, 5, proof=[bytes(32)])).status_code == 422
    assert signed() == (0, b"")


def test_an_empty_log_has_one_root(log: OtherLog) -> None:
    odd = log.note(0, root=bytes(32))

    assert ask(log.body(0, 0, note=odd)).status_code == 422
    assert ask(log.body(0, 0)).status_code == 200
    assert ask(log.body(0, 0)).status_code == 200
    assert ask(log.body(0, 3)).status_code == 200


def test_the_old_size_is_not_beyond_the_new_one(log: OtherLog) -> None:
    ask(log.body(0, 5))

    assert code(ask(log.body(5, 3))) == (400, "malformed_checkpoint")


def test_a_log_that_we_do_not_know_is_not_there(log: OtherLog) -> None:
    stranger = OtherLog("stranger.example/log")

    assert code(ask(stranger.body(0, 5))) == (404, "log_not_witnessed")

    WitnessedLog.objects.update(is_enabled=False)
    assert code(ask(log.body(0, 5))) == (404, "log_not_witnessed")


def test_a_head_that_the_log_did_not_sign_is_refused(log: OtherLog) -> None:
    thief = OtherLog(seed=9)

    assert code(ask(thief.body(0, 5))) == (403, "checkpoint_not_signed")

    changed = log.note(5).replace("\n5\n", "\n6\n")
    assert code(ask(log.body(0, 6, note=changed))) == (403, "checkpoint_not_signed")


def test_one_of_the_log_s_keys_is_enough(log: OtherLog) -> None:
    later = OtherLog(seed=9)
    WitnessedLog.objects.update(vkeys=f"{log.key}\n{later.key}\n")

    assert ask(log.body(0, 5)).status_code == 200
    assert ask(later.body(5, 8)).status_code == 200


def test_other_signatures_are_passed_over(log: OtherLog) -> None:
    other = OtherLog("stranger.example/log", seed=9)
    text = notes.read_note(log.note(5).encode()).text
    extra = f"{notes.sign(text, other.origin, other.private)}\n"

    assert ask(log.body(0, 5, note=log.note(5) + extra)).status_code == 200


def malformed(log: OtherLog) -> list[bytes]:
    right, note = log.body(0, 5), log.note(5).encode()
    hash_line = b"A" * 43 + b"=\n"
    return [
        b"",
        b"\n",
        b"\n\n",
        note,
        b"\n" + note,
        right.replace(b"old 0", b"old"),
        right.replace(b"old 0", b"old  0"),
        right.replace(b"old 0", b"old 00"),
        right.replace(b"old 0", b"old -0"),
        right.replace(b"old 0", b"old +0"),
        right.replace(b"old 0", b"old 0 "),
        right.replace(b"old 0", b"old 0\r"),
        right.replace(b"old 0", b"Old 0"),
        right.replace(b"old 0", "old \u0660".encode()),
        right.replace(b"old 0", b"old " + b"9" * 40),
        right.replace(b"\n\n", b"\n", 1),
        b"old 0\nAAAA\n\n" + note,
        b"old 0\n%%%%\n\n" + note,
        b"old 0\n" + hash_line * 64 + b"\n" + note,
        right[:-1],
        right + b"x",
        right.replace(b"\n5\n", b"\n05\n"),
        right.replace(b"\n5\n", b"\n-5\n"),
        right.replace(b"\n5\n", b"\n" + b"9" * 30 + b"\n"),
        b"\xff" + right,
        right + b"\xff",
        right.replace(b"other", b"\x00ther"),
        b"old 0\n\n" + b"x\n" * 30_000,
    ]


def test_what_is_written_otherwise_is_refused(log: OtherLog) -> None:
    for body in malformed(log):
        answer = ask(body)
        assert code(answer) == (400, "malformed_checkpoint"), body[:60]
    assert signed() == (0, b"")


def test_a_large_body_is_not_read(log: OtherLog) -> None:
    answer = ask(log.body(0, 5) + b"x" * cosigning.MAX_BYTES)

    assert code(answer) == (413, "body_too_large")


def test_sixty_three_lines_are_as_many_as_there_may_be(log: OtherLog) -> None:
    answer = ask(log.body(0, 5, proof=[bytes(32)] * 63))

    assert code(answer) == (422, "checkpoint_inconsistent")


def test_only_a_post_asks() -> None:
    assert get("/witness/add-checkpoint").status_code == 405
    assert get("/witness/other").status_code == 404


def test_our_key_is_made_once_and_sealed(log: OtherLog) -> None:
    first = our_key()
    ask(log.body(0, 5))

    assert our_key() == first
    row = WitnessKey.objects.get()
    private = cosigning._private().private_bytes_raw()
    assert private.hex() not in row.sealed_private
    assert bytes(row.public) == first.public


def test_what_came_in_between_is_not_overwritten(
    log: OtherLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row moves after it was read, as when two requests come at once."""
    ask(log.body(0, 5))
    compare = cosigning._require_consistent

    def slow(asked: Any, row: WitnessedLog) -> None:
        compare(asked, row)
        WitnessedLog.objects.update(size=8, root=merkle.root_of(log.leaves(8)))

    monkeypatch.setattr(cosigning, "_require_consistent", slow)
    answer = ask(log.body(5, 6))

    assert (answer.status_code, answer.content) == (409, b"8\n")
    assert signed()[0] == 8
