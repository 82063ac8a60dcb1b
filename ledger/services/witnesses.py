"""Which witnesses sign our heads, and whose heads we sign: the operator's to say."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import outgoing
from ledger import notes, sequencing
from ledger.errors import LogKeysRefused, WitnessAddressRefused, WitnessKeyRefused
from ledger.models import Checkpoint, Witness, WitnessedLog


def require_witness(*, vkey: str, url: str) -> notes.VerifierKey:
    """Return a witness's key; refuse one that cannot be used, its address, too."""
    try:
        key = notes.parse_verifier_key(vkey)
    except notes.NoteRefused as error:
        raise WitnessKeyRefused(
            _("This is no verifier key: name+id+key, as the witness publishes it.")
        ) from error
    if key.kind is not notes.Kind.COSIGNATURE:
        raise WitnessKeyRefused(_("This is the key of a log, and not of a witness."))
    # Under two names it would sign for two.
    same = vkey.rpartition("+")[2]
    if Witness.objects.filter(vkey__endswith=f"+{same}").exists():
        raise WitnessKeyRefused(_("This witness is known already."))
    try:
        outgoing.check_url(url)
    except outgoing.NoAnswer as error:
        raise WitnessAddressRefused(
            _("No witness can be asked at this address (%(reason)s).")
            % {"reason": str(error)},
            reason=str(error),
        ) from error
    return key


def add_witness(*, vkey: str, url: str, is_required: bool) -> Witness:
    """Let a witness sign our heads from now on; refuse what cannot be used."""
    require_witness(vkey=vkey, url=url)
    try:
        with transaction.atomic():
            return Witness.objects.create(
                vkey=vkey, url=url.rstrip("/"), is_required=is_required
            )
    except IntegrityError as error:
        raise WitnessKeyRefused(_("This witness is known already.")) from error


def change_witness(*, witness: Witness, is_required: bool, is_enabled: bool) -> Witness:
    """
    Say whether a witness is asked, and whether a head waits for it.

    What waited for nobody else is published at once.
    """
    witness.is_required, witness.is_enabled = is_required, is_enabled
    # Whoever is let in again is asked now, however often it failed.
    witness.next_try_at, witness.attempts = timezone.now(), 0
    witness.save(update_fields=["is_required", "is_enabled", "next_try_at", "attempts"])
    newest = Checkpoint.objects.order_by("-size").first()
    if newest is not None and newest.published_at is None:
        sequencing.publish(newest.size)
    return witness


def require_log_keys(vkeys: Sequence[str]) -> str:
    """Return the name of the log whose keys these are; refuse any that are not."""
    try:
        keys = [notes.parse_verifier_key(one) for one in vkeys]
    except notes.NoteRefused as error:
        raise LogKeysRefused(
            _("One of these is no verifier key: name+id+key, one in each line.")
        ) from error
    names = {key.name for key in keys}
    if len(names) != 1 or any(key.kind is not notes.Kind.ED25519 for key in keys):
        raise LogKeysRefused(
            _("These are not the keys of one log: all have its name, and sign as logs.")
        )
    return names.pop()


def witness_log(*, vkeys: Sequence[str]) -> WitnessedLog:
    """
    Sign the heads of another log from now on, or change by which keys it is known.

    What was signed of it stays: its next head must extend that.
    """
    origin = require_log_keys(vkeys)
    row, _is_new = WitnessedLog.objects.update_or_create(
        origin=origin, defaults={"vkeys": "\n".join(vkeys), "is_enabled": True}
    )
    return row


def stop_witnessing(*, log: WitnessedLog) -> None:
    """Sign nothing more of a log; what was signed last is remembered."""
    WitnessedLog.objects.filter(pk=log.pk).update(is_enabled=False)
