"""Asking witnesses: what they sign, what they say instead, and what waits for them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from common.outgoing import Answer, NoAnswer
from ledger import log_keys, merkle, notes, witnessing
from ledger.models import Checkpoint, Cosignature, Witness
from tests.ledger import making
from tests.ledger.reading import checkpoint, code, get
from tests.ledger.witnesses import OtherWitness, conflict, connect

pytestmark = pytest.mark.django_db


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> OtherWitness:
    """A witness that can be asked."""
    other = OtherWitness("witness.example/w1")
    connect(monkeypatch, other)
    return other


def now_due(row: Witness) -> Witness:
    """Let a witness be asked again at once."""
    Witness.objects.filter(pk=row.pk).update(next_try_at=timezone.now())
    row.refresh_from_db()
    return row


def test_a_head_is_served_with_what_the_witness_signed(witness: OtherWitness) -> None:
    witness.row()
    making.log_of(3)

    assert witnessing.collect() == 1

    keys = [*log_keys.current_keys(), witness.key]
    note = notes.open_note(get("/log/checkpoint").content, keys)
    assert [one.name for one in note.signatures][1:] == ["witness.example/w1"]
    assert witness.asked[0].url == "https://witness.example/add-checkpoint"
    assert witness.asked[0].old == 0
    assert witness.asked[0].proof == []


def test_the_next_head_is_proven_to_extend_the_one_before(
    witness: OtherWitness,
) -> None:
    row = witness.row()
    for count in (3, 300, 1):
        making.append(count)
        making.sequence()
        assert witnessing.collect() == 1

    assert [one.old for one in witness.asked] == [0, 3, 303]
    assert len(witness.asked[1].proof) > 3
    assert witness.size == 304
    row.refresh_from_db()
    assert (row.last_size, row.reason, row.attempts) == (304, "", 0)


def test_who_has_signed_is_not_asked_again(witness: OtherWitness) -> None:
    witness.row()
    making.log_of(1)
    witnessing.collect()

    assert witnessing.collect() == 0
    assert len(witness.asked) == 1
    assert Cosignature.objects.count() == 1


def test_a_409_says_from_where_to_begin_and_is_followed_once(
    witness: OtherWitness,
) -> None:
    row = witness.row()
    making.log_of(3)
    witnessing.collect()
    # What it signed was not noted here.
    Witness.objects.update(last_size=0)
    making.append(2)
    making.sequence()

    assert witnessing.collect() == 1
    assert [one.old for one in witness.asked] == [0, 0, 3]

    witness.says = [conflict(1), conflict(2)]
    making.append(1)
    making.sequence()
    assert witnessing.collect() == 0
    row.refresh_from_db()
    assert row.reason == "size_moves"


def test_a_witness_that_signed_this_very_head_signs_it_again(
    witness: OtherWitness,
) -> None:
    witness.row()
    making.log_of(3)
    head = checkpoint()
    witness.size, witness.root = head.size, head.root

    assert witnessing.collect() == 1
    assert [one.old for one in witness.asked] == [0, 3]
    assert witness.asked[1].proof == []


FAILURES: list[tuple[Any, str]] = [
    (NoAnswer("timeout"), "timeout"),
    (NoAnswer("private_address"), "private_address"),
    (Answer(422, b"", None), "fork"),
    (Answer(403, b"", None), "our_key_unknown"),
    (Answer(404, b"", None), "our_log_unknown"),
    (Answer(400, b"", None), "malformed"),
    (Answer(500, b"", None), "status_500"),
    (Answer(301, b"", None), "status_301"),
    (conflict(0), "fork"),
    (conflict(4), "ahead"),
    (Answer(409, b"2\n", None, "text/plain"), "conflict"),
    (Answer(409, b"02\n", None, "text/x.tlog.size"), "conflict"),
    (Answer(409, b"2", None, "text/x.tlog.size"), "conflict"),
    (Answer(409, b"-1\n", None, "text/x.tlog.size"), "conflict"),
    (Answer(409, b"9" * 40 + b"\n", None, "text/x.tlog.size"), "conflict"),
    (Answer(409, "٢\n".encode(), None, "text/x.tlog.size"), "conflict"),
    (Answer(200, b"", None), "signed_by_another"),
    (Answer(200, b"hello\n", None), "not_a_signature"),
    (Answer(200, b"\xff\n", None), "not_a_signature"),
]


@pytest.mark.parametrize(
    ("said", "reason"),
    FAILURES,
    ids=[f"{number}-{reason}" for number, (_said, reason) in enumerate(FAILURES)],
)
def test_what_a_witness_says_instead_is_kept_in_a_word(
    witness: OtherWitness, said: Any, reason: str
) -> None:
    row = witness.row()
    making.log_of(3)
    witness.says = [said]

    assert witnessing.collect() == 0

    row.refresh_from_db()
    assert (row.reason, row.attempts) == (reason, 1)
    assert row.next_try_at > timezone.now()
    assert not Cosignature.objects.exists()
    # It was not required: readers have the head all the same.
    assert checkpoint().size == 3


@pytest.mark.parametrize("changed", [0, 3, 4, 11, 12, 40, 75])
def test_a_line_with_a_wrong_byte_is_not_taken(
    witness: OtherWitness, changed: int
) -> None:
    witness.row()
    making.log_of(3)
    text = notes.read_note(Checkpoint.objects.get().note.encode()).text
    one = notes.cosign(text, witness.key.name, witness.private, at=1_767_225_600)
    whole = bytearray(one.key_id + one.value)
    whole[changed] ^= 1
    wrong = notes.Signature(one.name, bytes(whole[:4]), bytes(whole[4:]))
    witness.says = [Answer(200, f"{wrong}\n".encode(), None)]

    assert witnessing.collect() == 0
    assert not Cosignature.objects.exists()


def test_lines_of_others_are_left_out(witness: OtherWitness) -> None:
    witness.row()
    making.log_of(3)
    other = OtherWitness("other.example/w", seed=8)
    witness.more_lines = other.line(Checkpoint.objects.get().note)

    assert witnessing.collect() == 1
    assert Cosignature.objects.get().line.startswith("— witness.example/w1 ")
    assert "other.example/w" not in get("/log/checkpoint").content.decode()


def test_who_signs_for_another_log_signs_nothing_here(witness: OtherWitness) -> None:
    witness.row()
    making.log_of(3)
    text = str(notes.Checkpoint("other.example/log", 3, merkle.EMPTY_ROOT))
    line = notes.cosign(text, witness.key.name, witness.private, at=1_767_225_600)
    witness.says = [Answer(200, f"{line}\n".encode(), None)]

    assert witnessing.collect() == 0


def test_who_does_not_answer_is_asked_ever_more_seldom(witness: OtherWitness) -> None:
    row = witness.row()
    making.log_of(1)
    pauses = []
    for _try in range(12):
        witness.says = [NoAnswer("timeout")]
        before = timezone.now()
        witnessing.collect()
        row.refresh_from_db()
        pauses.append(round((row.next_try_at - before).total_seconds()))
        now_due(row)

    assert pauses[:4] == [5, 10, 20, 40]
    assert pauses[-1] == 3600
    assert witnessing.collect() == 1
    row.refresh_from_db()
    assert (row.attempts, row.reason) == (0, "")


def test_who_is_not_due_is_not_asked(witness: OtherWitness) -> None:
    witness.row(next_try_at=timezone.now() + timedelta(minutes=1))
    making.log_of(1)

    assert witnessing.collect() == 0
    assert witness.asked == []


def test_a_witness_may_ask_for_a_longer_pause(witness: OtherWitness) -> None:
    row = witness.row()
    making.log_of(1)
    witness.says = [Answer(503, b"", "120")]

    witnessing.collect()

    row.refresh_from_db()
    assert row.next_try_at > timezone.now() + timedelta(seconds=100)


def test_a_required_witness_decides_what_is_published(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needed, other = OtherWitness("a.example"), OtherWitness("b.example", seed=8)
    connect(monkeypatch, needed, other)
    needed.row(is_required=True)
    other.row()
    needed.says = [NoAnswer("timeout")]
    making.log_of(3)

    witnessing.collect()
    assert code(get("/log/checkpoint")) == (404, "log_is_empty")

    now_due(Witness.objects.get(is_required=True))
    witnessing.collect()
    assert checkpoint().size == 3
    served = get("/log/checkpoint").content.decode()
    assert "— a.example " in served
    assert "— b.example " in served


def test_a_witness_that_is_down_keeps_nobody_else_from_signing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    down, up = OtherWitness("down.example"), OtherWitness("up.example", seed=8)
    connect(monkeypatch, up)
    down.row()
    up.row()
    making.log_of(3)

    assert witnessing.collect() == 1
    assert "— up.example " in get("/log/checkpoint").content.decode()


def test_a_late_signature_is_attached_to_the_head_it_is_of(
    witness: OtherWitness,
) -> None:
    row = witness.row()
    making.log_of(3)
    witness.says = [NoAnswer("timeout")]
    witnessing.collect()
    before = get("/log/checkpoint")

    now_due(row)
    witnessing.collect()

    after = get("/log/checkpoint", if_none_match=before["ETag"])
    assert after.status_code == 200
    assert after.content.startswith(before.content)


def test_an_alarm_is_logged_as_an_error(
    witness: OtherWitness, capsys: pytest.CaptureFixture[str], caplog: Any
) -> None:
    witness.row()
    making.log_of(3)
    witness.says = [Answer(422, b"", None)]

    with caplog.at_level("ERROR"):
        witnessing.collect()

    assert any("witness.alarm" in record.getMessage() for record in caplog.records)


def test_without_a_head_nobody_is_asked(witness: OtherWitness) -> None:
    row = witness.row()

    assert witnessing.collect() == 0
    assert witnessing.ask(row) == "nothing_to_sign"
    assert witness.asked == []


def test_the_policy_names_who_must_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = OtherWitness("a.example"), OtherWitness("b.example", seed=8)
    key = log_keys.current_keys()[0]
    log = f"log {key} http://127.0.0.1:8000/log\n"
    a = f"a.example+{first.key.key_id.hex()}"
    b = f"b.example+{second.key.key_id.hex()}"
    lines = [
        f"witness {a} {first.key} https://a.example\n",
        f"witness {b} {second.key} https://b.example\n",
    ]
    one = first.row(is_required=True)

    assert witnessing.policy_text() == f"{log}{lines[0]}quorum {a}\n"

    other = second.row()
    assert witnessing.policy_text() == f"{log}{''.join(lines)}quorum {a}\n"

    Witness.objects.filter(pk=other.pk).update(is_required=True)
    group = f"group required all {a} {b}\nquorum required\n"
    assert witnessing.policy_text() == f"{log}{''.join(lines)}{group}"

    Witness.objects.filter(pk=one.pk).update(is_enabled=False)
    assert witnessing.policy_text() == f"{log}{lines[1]}quorum {b}\n"
