"""
A shopper's own history: switched on and off, shown and erased by them alone.

It is written with the counts, off the scan's path (`counting/writing.py`). Whatever
changes here also changes the history's generation, which makes every scan that is still
in memory a stranger to it.
"""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from scanning import noticing
from scanning.counting import Keeper
from scanning.errors import EntryUnknown
from scanning.models import HistoryEntry, ScanHistory
from shoppers import handles
from shoppers.models import Shopper


def keeper_of(token: str | None) -> Keeper | None:
    """
    Return whose history a scan goes into: by the phone's token, in one query.

    None without a token, with one that opens nothing any more, and for a shopper who
    keeps no history: a scan must not fail because of any of these.
    """
    if not token:
        return None
    row = (
        ScanHistory.objects.filter(
            is_enabled=True,
            shopper__devices__token_digest=handles.digest(token),
            shopper__devices__revoked_at=None,
        )
        .values_list("shopper_id", "generation")
        .first()
    )
    return Keeper(*row) if row else None


def history_of(shopper: Shopper) -> ScanHistory:
    """Return whether a shopper keeps a history; one who never said so does not."""
    found = ScanHistory.objects.filter(shopper=shopper).first()
    return found or ScanHistory(shopper=shopper)


@transaction.atomic
def switch_history(
    *, shopper: Shopper, is_enabled: bool, erase: bool = False
) -> ScanHistory:
    """Switch the history on or off, as it may be already; erase it if told so."""
    history = _held(shopper)
    if history.is_enabled != is_enabled:
        history.is_enabled = is_enabled
        history.enabled_at = timezone.now() if is_enabled else None
        history.generation += 1
        history.save(update_fields=["is_enabled", "enabled_at", "generation"])
        if not is_enabled:
            # Kept entries are for the eye: who keeps no history is told nothing.
            noticing.forget_of(shopper)
    if erase:
        erase_history(shopper=shopper)
    return history


@transaction.atomic
def erase_history(*, shopper: Shopper) -> int:
    """Erase every entry, those still in memory included; return how many rows."""
    history = _held(shopper)
    history.generation += 1
    history.save(update_fields=["generation"])
    count, _by_model = HistoryEntry.objects.filter(shopper=shopper).delete()
    noticing.forget_of(shopper)
    return count


@transaction.atomic
def erase_entry(*, shopper: Shopper, entry_id: uuid.UUID) -> None:
    """Erase one entry of the shopper's own; the last of a product, its notices too."""
    # Held, so that nobody is told of it at this very moment.
    _held(shopper)
    entries = HistoryEntry.objects.filter(shopper=shopper)
    entry = entries.filter(pk=entry_id).first()
    if entry is None:
        raise EntryUnknown(_("Your history has no such entry."))
    entry.delete()
    if not entries.filter(gtin=entry.gtin).exists():
        noticing.forget_of(shopper, entry.gtin)


def _held(shopper: Shopper) -> ScanHistory:
    """Return the shopper's history; until the end of the transaction it is ours."""
    ScanHistory.objects.get_or_create(shopper=shopper)
    return ScanHistory.objects.select_for_update(no_key=True).get(shopper=shopper)
