"""What the log keeps of a content that was destroyed: nothing but that it was."""

from django.db import transaction

from ledger.models import Entry, Erasure


@transaction.atomic
def note_erasure(*, entry: Entry, reason: str) -> Erasure:
    """
    Note that content and salt of an entry were destroyed; noted once.

    Called in the transaction that destroys both, by the room that keeps them.
    """
    erasure, _is_new = Erasure.objects.get_or_create(
        entry=entry, defaults={"reason": reason}
    )
    return erasure
