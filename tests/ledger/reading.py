"""The log as readers get it, and contents for it that a test keeps."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from ledger import contents, leaves, notes
from ledger.contents import Content, Source
from ledger.models import Entry
from ledger.services import append_entries
from tests.ledger import making


class Kept:
    """The contents of entries, as a room would keep them."""

    def __init__(self) -> None:
        self.rows: dict[int, Content] = {}
        self.unlogged = 0

    def read(self, numbers: Sequence[int]) -> Mapping[int, Content]:
        """Return what there is of these."""
        return {pk: self.rows[pk] for pk in numbers if pk in self.rows}

    def keep(self, entries: Sequence[Entry], drafts: Sequence[Any]) -> None:
        """Keep what was logged."""
        for entry, draft in zip(entries, drafts, strict=True):
            self.rows[entry.pk] = Content(draft.salt, draft.content)

    def log_of(self, count: int) -> list[Entry]:
        """Append entries whose contents are kept, and place them."""
        drafts = [making.draft(number) for number in range(count)]
        with transaction.atomic():
            entries = append_entries(drafts)
        self.keep(entries, drafts)
        making.sequence()
        return list(Entry.objects.placed())


@contextmanager
def keeping_contents(patch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """Lend a room that keeps the contents of every kind, and no other room."""
    kept = Kept()
    source = Source(
        "test.Kept", frozenset(leaves.Kind), kept.read, lambda: kept.unlogged
    )
    patch.setattr(contents, "_sources", {source.name: source})
    yield kept


def get(path: str, **headers: str) -> Any:
    """Ask as a program without cookies does."""
    return Client(raise_request_exception=False).get(path, headers=headers)


def code(response: Any) -> tuple[int, str]:
    """Return a refusal: its status and code."""
    return response.status_code, response.json()["code"]


def hashes(response: Any) -> list[bytes]:
    """Return the hashes of a proof."""
    return [base64.b64decode(one) for one in response.json()["hashes"]]


def checkpoint() -> notes.Checkpoint:
    """Return what the served head says."""
    note = notes.read_note(get("/log/checkpoint").content)
    return notes.parse_checkpoint(note.text)
