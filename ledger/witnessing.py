"""
Asking witnesses to sign our head, as C2SP's tlog-witness has it.

A witness signs what extends what it signed before, so that we cannot show different
logs to different readers. Who does not answer is asked again later and delays nothing,
unless the operator made its signature a condition of publishing.
"""

import base64
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from common import outgoing
from ledger import notes, proofs, sequencing
from ledger.models import Checkpoint, Cosignature, Witness

SECONDS = 2.0
MAX_ANSWER_BYTES = 16_000
PATH = "add-checkpoint"
SHORTEST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
# Asked at once; the others of them wait for the next turn.
_AT_ONCE = 8
_SIZE_TYPE = "text/x.tlog.size"
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,17})\n")
# What a witness's refusal means to us, in one word.
_REFUSALS = {
    400: "malformed",
    403: "our_key_unknown",
    404: "our_log_unknown",
    # The head that we showed does not extend the one that it signed: see the docs.
    422: "fork",
}

# Not a fault of the network: somebody must look.
ALARMS = frozenset({"fork", "ahead"})

logger = structlog.get_logger(__name__)


class Failed(Exception):
    """The witness did not sign. One word says why; `pause` is what it asked for."""

    def __init__(self, reason: str, pause: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.pause = pause


class Question(NamedTuple):
    """What one witness is asked: to sign `head`, which extends `old` entries."""

    witness: Witness
    head: Checkpoint
    old: int
    body: bytes


Said = outgoing.Answer | outgoing.NoAnswer


def collect() -> int:
    """
    Ask every witness that is due to sign our newest head; return how many did.

    All at once, each for two seconds at most. What everybody signed who must is
    published. Only one process need do this; two do no harm.
    """
    head = _newest()
    if head is None:
        return 0
    due = Witness.objects.filter(is_enabled=True, next_try_at__lte=timezone.now())
    signed = _ask(head, list(due.exclude(cosignatures__checkpoint=head)[:_AT_ONCE]))
    sequencing.publish(head.size)
    return signed


def ask(witness: Witness) -> str:
    """Ask one witness now, due or not; return why it did not sign, or nothing."""
    head = _newest()
    if head is None:
        return "nothing_to_sign"
    _ask(head, [witness])
    sequencing.publish(head.size)
    witness.refresh_from_db()
    return witness.reason


def policy_text() -> str:
    """
    Return our policy as tlog-policy writes it: keys, witnesses, and whose sign all.

    A witness is named by its key's name and id, which no other one has.
    """
    witnesses = list(Witness.objects.filter(is_enabled=True).order_by("pk"))
    required = [_policy_name(one) for one in witnesses if one.is_required]
    lines = [f"log {key} {settings.BASE_URL}/log" for key in proofs.signing_keys()]
    lines += [f"witness {_policy_name(one)} {one.vkey} {one.url}" for one in witnesses]
    if len(required) > 1:
        lines.append(f"group required all {' '.join(required)}")
    quorum = {0: "none", 1: "".join(required[:1])}.get(len(required), "required")
    return "".join(f"{line}\n" for line in [*lines, f"quorum {quorum}"])


def request_body(head: Checkpoint, old: int) -> bytes:
    """Return what a witness is sent that signed `old` entries of ours before."""
    proof = proofs.consistency_proof(old, head.size) if 0 < old < head.size else []
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof), ""]
    return ("\n".join(lines) + "\n" + head.note).encode()


def _policy_name(witness: Witness) -> str:
    return "+".join(witness.vkey.split("+")[:2])


def _newest() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


def _ask(head: Checkpoint, witnesses: Sequence[Witness]) -> int:
    """Ask witnesses, once more where one signed another size; return how many sign."""
    signed = 0
    # A head smaller than what was signed: the 409 will say so.
    questions = [
        _question(one, head, min(one.last_size, head.size)) for one in witnesses
    ]
    again: list[Question] = []
    for question, said in _answers(questions):
        other = _other_size(question, said)
        if other is None:
            signed += _settled(question, said)
        else:
            again.append(_question(question.witness, head, other))
    for question, said in _answers(again):
        signed += _settled(question, said)
    return signed


def _question(witness: Witness, head: Checkpoint, old: int) -> Question:
    return Question(witness, head, old, request_body(head, old))


def _answers(questions: Sequence[Question]) -> list[tuple[Question, Said]]:
    """Ask at once. The threads have no connection to the database, and need none."""
    if not questions:
        return []
    with ThreadPoolExecutor(len(questions), thread_name_prefix="witness") as pool:
        return list(zip(questions, pool.map(_posted, questions), strict=True))


def _posted(question: Question) -> Said:
    try:
        url = f"{question.witness.url.rstrip('/')}/{PATH}"
        base_url, path = outgoing.split(url)
        return outgoing.post(
            base_url,
            path,
            question.body,
            headers={"Content-Type": "text/plain; charset=utf-8"},
            user_agent=f"Flashsesame/{settings.VERSION} (+{settings.BASE_URL}/log)",
            seconds=SECONDS,
            max_bytes=MAX_ANSWER_BYTES,
        )
    except outgoing.NoAnswer as error:
        return error


def _other_size(question: Question, said: Said) -> int | None:
    """Return the size that a witness signed instead of the one that we thought of."""
    if isinstance(said, outgoing.NoAnswer) or said.status != 409:
        return None
    size = _said_size(said)
    if size is None or size == question.old or size > question.head.size:
        return None
    return size


def _settled(question: Question, said: Said) -> bool:
    """Keep what came of a question. Say whether the witness signed."""
    try:
        line = _line(question, said)
    except Failed as failed:
        _note_failure(question.witness, failed)
        return False
    _keep(question, line)
    return True


def _line(question: Question, said: Said) -> str:
    """Return the witness's line below our head; raise `Failed`."""
    if isinstance(said, outgoing.NoAnswer):
        raise Failed(str(said))
    if said.status == 409:
        raise Failed(_conflict(question, said))
    if said.status != 200:
        reason = _REFUSALS.get(said.status, f"status_{said.status}")
        raise Failed(reason, said.asked_pause(LONGEST_PAUSE))
    return _own_line(said.body, question)


def _conflict(question: Question, said: outgoing.Answer) -> str:
    """Return what a 409 means that names no size to begin from."""
    size = _said_size(said)
    if size is None:
        return "conflict"
    if size > question.head.size:
        # It signed entries of ours that we do not have: our rows were put back.
        return "ahead"
    # At one size there is one root, and it has seen another.
    return "fork" if size == question.old else "size_moves"


def _said_size(answer: outgoing.Answer) -> int | None:
    """Return the size that a 409 says, if it says one as it must."""
    found = _SIZE.fullmatch(answer.body)
    is_size = answer.content_type.partition(";")[0].strip() == _SIZE_TYPE
    return int(found[1]) if found and is_size else None


def _own_line(body: bytes, question: Question) -> str:
    """Return the line of an answer that is this witness's; others are left out."""
    try:
        key = notes.parse_verifier_key(question.witness.vkey)
        text = notes.read_note(question.head.note.encode()).text
        for one in map(notes.parse_signature, body.decode().splitlines()):
            if (one.name, one.key_id) == (key.name, key.key_id):
                notes.require_signed(text, one, key)
                return str(one)
    except (notes.NoteRefused, UnicodeDecodeError) as error:
        raise Failed("not_a_signature") from error
    raise Failed("signed_by_another")


def _keep(question: Question, line: str) -> None:
    witness, head = question.witness, question.head
    try:
        with transaction.atomic():
            Cosignature.objects.create(checkpoint=head, witness=witness, line=line)
    except IntegrityError:
        # Another process asked, too: what it kept is as good.
        logger.info("witness.signed_twice", witness=str(witness), size=head.size)
    now = timezone.now()
    Witness.objects.filter(pk=witness.pk).update(
        last_size=head.size, last_ok_at=now, attempts=0, next_try_at=now, reason=""
    )


def _note_failure(witness: Witness, failed: Failed) -> None:
    if failed.reason in ALARMS:
        # Somebody was shown another log under our name: a person must look at it.
        logger.error("witness.alarm", witness=str(witness), reason=failed.reason)
    else:
        logger.warning(
            "witness.did_not_sign", witness=str(witness), reason=failed.reason
        )
    Witness.objects.filter(pk=witness.pk).update(
        attempts=F("attempts") + 1,
        next_try_at=_next_try(witness.attempts, failed.pause),
        reason=failed.reason[:40],
    )


def _next_try(attempts: int, asked: timedelta | None) -> datetime:
    doublings = min(attempts, 12)
    pause = min(SHORTEST_PAUSE * (1 << doublings), LONGEST_PAUSE)
    return timezone.now() + max(pause, asked or timedelta())
