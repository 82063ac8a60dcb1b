"""An entry is appended with its fact, says what was published, and nothing else."""

import json
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from ledger import hinting, leaves, merkle
from ledger.models import Entry
from ledger.services import append_entries, note_erasure
from tests.ledger import making

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_an_entry_says_what_its_draft_says() -> None:
    draft = making.draft(7)
    with transaction.atomic():
        (entry,) = append_entries([draft], at=AT)

    said = leaves.parse(bytes(entry.leaf))

    assert said == {
        "actor": str(draft.actor),
        "at": "2026-11-21T10:00:00Z",
        "digest": leaves.named(leaves.digest_of(draft.salt, draft.content)),
        "kind": "sheet.revision",
        "prev": None,
        "subject": str(entry.subject),
        "v": 1,
        "version": 1,
    }
    assert entry.leaf_hash == merkle.leaf_hash(bytes(entry.leaf))
    assert (entry.position, entry.created_at, str(entry)) == (
        None,
        AT,
        f"sheet.revision · {entry.subject} · 1",
    )


def test_a_version_names_the_one_before() -> None:
    (first,) = making.append(1)
    with transaction.atomic():
        (second,) = append_entries([making.draft(1, after=first)])

    said = json.loads(bytes(second.leaf))

    assert (second.subject, second.version) == (first.subject, 2)
    assert said["prev"] == leaves.named(bytes(first.leaf_hash))


def test_two_second_versions_are_one_too_many() -> None:
    (first,) = making.append(1)
    draft = making.draft(1, after=first)

    with pytest.raises(IntegrityError), transaction.atomic():
        append_entries([draft, draft])


def test_entries_keep_the_order_of_their_drafts() -> None:
    drafts = [making.draft(number) for number in range(700)]
    with transaction.atomic():
        entries = append_entries(drafts)

    assert [entry.pk for entry in entries] == sorted(entry.pk for entry in entries)
    digests = [json.loads(bytes(entry.leaf))["digest"] for entry in entries]
    assert digests == [
        leaves.named(leaves.digest_of(draft.salt, draft.content)) for draft in drafts
    ]


@pytest.mark.django_db(transaction=True)
def test_an_entry_needs_the_transaction_of_its_fact() -> None:
    with pytest.raises(RuntimeError):
        append_entries([making.draft()])

    assert not Entry.objects.exists()


def test_the_sequencer_is_woken_once_the_entry_is_there(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    hinting.woken.clear()
    with django_capture_on_commit_callbacks(execute=True):
        making.append(1)
        assert not hinting.woken.is_set()
    assert hinting.woken.is_set()

    with django_capture_on_commit_callbacks() as callbacks:
        making.append(0)
    assert callbacks == []


def test_an_erasure_is_noted_once() -> None:
    (entry,) = making.append(1)

    first = note_erasure(entry=entry, reason="a court said so")
    second = note_erasure(entry=entry, reason="another")

    assert (first, second.reason) == (second, "a court said so")
    assert str(first) == str(entry)
