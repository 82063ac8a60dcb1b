"""New entries, in the transaction of what they are about."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from ledger import hinting, leaves, merkle
from ledger.models import Entry

_ROWS = 500


class Draft(NamedTuple):
    """
    What is to be logged: the published bytes, and the salt kept beside them.

    `after` is the entry of the subject's version before; without it a subject begins.
    `actor` is the organisation that says so, by its random number.
    """

    kind: leaves.Kind
    content: bytes
    salt: bytes
    actor: uuid.UUID | None = None
    after: Entry | None = None


def append_entries(
    drafts: Sequence[Draft], *, at: datetime | None = None
) -> list[Entry]:
    """
    Append an entry for each draft, in their order, and return the entries.

    Call it inside the transaction of the facts: both are committed, or neither is. Who
    appends a further version holds the lock of its subject; of two at once that do not,
    one fails by the constraint `one_entry_per_version`.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An entry is appended in the transaction of its fact")
    at = at or timezone.now()
    entries = Entry.objects.bulk_create(
        [_entry(draft, at) for draft in drafts], batch_size=_ROWS
    )
    if entries:
        transaction.on_commit(hinting.hint_sequencing, robust=True)
    return entries


def _entry(draft: Draft, at: datetime) -> Entry:
    after = draft.after
    subject = after.subject if after else uuid.uuid4()
    version = after.version + 1 if after else 1
    leaf = leaves.compose(
        kind=draft.kind,
        subject=subject,
        version=version,
        digest=leaves.digest_of(draft.salt, draft.content),
        prev=bytes(after.leaf_hash) if after else None,
        actor=draft.actor,
        at=at,
    )
    return Entry(
        kind=draft.kind,
        subject=subject,
        version=version,
        leaf=leaf,
        leaf_hash=merkle.leaf_hash(leaf),
        created_at=at,
    )
