"""
Our own witness: the heads of other logs, signed once each extends the one before.

What was signed last is stored before the signature leaves, by an update that holds only
as long as nobody else's did: of two requests at once one is signed, and the other is
told the new size.
"""

import base64
import binascii
import re
import time
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import sealing
from ledger import merkle, notes
from ledger.errors import (
    CheckpointInconsistent,
    CheckpointMalformed,
    CheckpointNotSigned,
    CheckpointStale,
    LogNotWitnessed,
)
from ledger.models import WitnessedLog, WitnessKey

# A hundred signatures of the largest kind would be more; no log has so many.
MAX_BYTES = 64_000
MAX_PROOF_LINES = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,17})", re.ASCII)
_THE_ONE = 1

logger = structlog.get_logger(__name__)


class Request(NamedTuple):
    """What a log asks: to sign its head, which extends what was signed before."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes
    head: notes.Checkpoint


def cosign(body: bytes) -> str:
    """
    Return our signature line for the head that a request shows.

    What is signed was stored before. Raise what `ledger.errors` has: malformed (400),
    of no log that is witnessed (404), not signed by it (403), from another size than
    was signed here last (409, with `size`), or not proven to extend that (422).
    """
    asked = _read(body)
    log = WitnessedLog.objects.filter(origin=asked.head.origin, is_enabled=True).first()
    if log is None:
        raise LogNotWitnessed(_("Checkpoints of this log are not signed here."))
    text = _signed_text(asked, log)
    if asked.old > asked.head.size:
        raise CheckpointMalformed(_("The old size is beyond the checkpoint’s."))
    if asked.old != log.size:
        raise _stale(log.size)
    _require_consistent(asked, log)
    _advance(asked, log)
    at = int(time.time())
    return str(notes.cosign(text, own_key().name, _private(), at=at))


def own_key() -> notes.VerifierKey:
    """Return the public half of our key, which is made when it is first needed."""
    row = _row()
    return notes.VerifierKey(row.name, notes.Kind.COSIGNATURE, bytes(row.public))


def _read(body: bytes) -> Request:
    head, blank, note = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
        proof = tuple(_hash(line) for line in lines)
        old = _OLD.fullmatch(first)
        checkpoint = notes.parse_checkpoint(notes.read_note(note).text)
    except (UnicodeDecodeError, notes.NoteRefused) as error:
        raise _malformed() from error
    if old is None or not blank or len(proof) > MAX_PROOF_LINES:
        raise _malformed()
    return Request(int(old[1]), proof, note, checkpoint)


def _hash(line: str) -> bytes:
    try:
        value = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError) as error:
        raise notes.NoteRefused("This is no base64") from error
    if len(value) != merkle.HASH_BYTES:
        raise notes.NoteRefused("A hash has 32 bytes")
    return value


def _signed_text(asked: Request, log: WitnessedLog) -> str:
    """Return the text of the head, if a key of the log signed it."""
    try:
        keys = [notes.parse_verifier_key(one) for one in log.vkeys.split()]
        return notes.open_note(asked.note, keys).text
    except notes.NoteRefused as error:
        raise CheckpointNotSigned(
            _("No key that is known of this log signed the checkpoint.")
        ) from error


def _require_consistent(asked: Request, log: WitnessedLog) -> None:
    """Raise unless the head is proven to extend what was signed last."""
    head = asked.head
    if asked.old == head.size and log.signed_at and bytes(log.root) != head.root:
        # Two logs under one name, both signed by the one who keeps them.
        _keep_contradiction(asked, log)
        raise _stale(log.size)
    try:
        if asked.old:
            merkle.verify_consistency(
                first=asked.old,
                second=head.size,
                first_root=bytes(log.root),
                second_root=head.root,
                proof=asked.proof,
            )
        elif asked.proof or (not head.size and head.root != merkle.EMPTY_ROOT):
            raise merkle.ProofRefused("From nothing, there is nothing to prove")
    except merkle.ProofRefused as error:
        logger.warning("witnessed_log.not_proven", origin=log.origin, size=log.size)
        raise CheckpointInconsistent(
            _("The checkpoint is not proven to extend the one signed here before.")
        ) from error


def _advance(asked: Request, log: WitnessedLog) -> None:
    """Store what is about to be signed, or say what another request stored."""
    # One statement: the row is still what was compared, or nothing is written.
    same = WitnessedLog.objects.filter(
        pk=log.pk, size=log.size, root=bytes(log.root), is_enabled=True
    )
    if not same.update(
        size=asked.head.size, root=asked.head.root, signed_at=timezone.now()
    ):
        raise _stale(WitnessedLog.objects.get(pk=log.pk).size)


def _keep_contradiction(asked: Request, log: WitnessedLog) -> None:
    """Keep the first note by which the log contradicts itself: it cannot deny it."""
    logger.error("witnessed_log.contradicts_itself", origin=log.origin, size=log.size)
    note = asked.note.decode()
    WitnessedLog.objects.filter(pk=log.pk, contradiction="").update(contradiction=note)


def _malformed() -> CheckpointMalformed:
    return CheckpointMalformed(
        _("This is not written as a checkpoint to be witnessed is (C2SP tlog-witness).")
    )


def _stale(size: int) -> CheckpointStale:
    return CheckpointStale(
        _("The checkpoint signed here last has %(n)s entries.") % {"n": size}, size=size
    )


def _row() -> WitnessKey:
    found = WitnessKey.objects.filter(pk=_THE_ONE).first()
    if found is not None:
        return found
    private = Ed25519PrivateKey.generate()
    seed = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    name = f"{urlsplit(settings.BASE_URL).netloc}/witness"
    public = notes.verifier_key(name, private, notes.Kind.COSIGNATURE).public
    try:
        with transaction.atomic():
            return WitnessKey.objects.create(
                pk=_THE_ONE,
                name=name,
                public=public,
                sealed_private=sealing.seal(base64.b64encode(seed).decode()),
            )
    except IntegrityError:
        return WitnessKey.objects.get(pk=_THE_ONE)


def _private() -> Ed25519PrivateKey:
    return _opened(_row().sealed_private)


@lru_cache(maxsize=1)
def _opened(sealed: str) -> Ed25519PrivateKey:
    seed = base64.b64decode(sealing.unseal(sealed))
    return Ed25519PrivateKey.from_private_bytes(seed)
