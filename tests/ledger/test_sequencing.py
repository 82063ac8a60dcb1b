"""What waits gets its place once, in one transaction with the tree and its head."""

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import log_keys, merkle, notes, sequencing
from ledger.models import Checkpoint, Entry, LogKey, State, Tile, Witness
from ledger.services import append_entries
from tests.ledger import making
from tests.ledger.tampering import unguarded

pytestmark = pytest.mark.django_db


def test_entries_are_placed_in_the_order_of_their_numbers() -> None:
    entries = making.append(5)

    done = sequencing.sequence()

    assert done == (5, 5)
    placed = Entry.objects.placed().values_list("pk", "position")
    assert list(placed) == [(entry.pk, at) for at, entry in enumerate(entries)]
    making.require_whole()


def test_a_batch_takes_no_more_than_it_may() -> None:
    making.append(5)

    sizes = [sequencing.sequence(limit=2).size for _ in range(4)]

    assert sizes == [2, 4, 5, 5]
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [
        2,
        4,
        5,
    ]
    making.require_whole()


def test_without_anything_new_nothing_is_signed() -> None:
    assert sequencing.sequence() == (0, 0)
    making.log_of(1)

    assert sequencing.sequence() == (0, 1)

    assert Checkpoint.objects.count() == 1
    assert not sequencing.has_pending()
    assert sequencing.oldest_pending() is None


def test_what_was_rolled_back_is_not_in_the_log() -> None:
    with transaction.atomic():
        append_entries([making.draft()])
        transaction.set_rollback(True)
    making.append(1)

    assert sequencing.sequence() == (1, 1)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sizes=st.lists(st.integers(1, 300), min_size=1, max_size=5))
def test_batches_of_any_size_make_one_tree(sizes: list[int]) -> None:
    # Undone after each example: the log would never be empty again.
    with transaction.atomic():
        making.append(sum(sizes))
        for size in sizes:
            sequencing.sequence(limit=size)
        making.require_whole()
        transaction.set_rollback(True)


def test_a_failure_leaves_nothing_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    making.log_of(3)
    making.append(300)

    def fail(*_args: object) -> None:
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(log_keys, "sign", fail)
        with pytest.raises(DatabaseError):
            sequencing.sequence()

    assert Entry.objects.placed().count() == State.objects.get().size == 3
    assert [tile.width for tile in Tile.objects.all()] == [3]
    making.sequence()
    making.require_whole()


def test_a_tree_that_was_altered_grows_no_further() -> None:
    making.log_of(3)
    with unguarded():
        Tile.objects.update(width=2, data=b"\0" * 64)
    making.append(1)

    with pytest.raises(sequencing.TreeBroken):
        sequencing.sequence()

    assert Checkpoint.objects.count() == 1


def test_the_name_is_the_first_ones(settings: object) -> None:
    settings.BASE_URL = "https://shop.example"  # type: ignore[attr-defined]
    making.log_of(1)
    settings.BASE_URL = "https://elsewhere.example:8443"  # type: ignore[attr-defined]
    making.log_of(1)

    _row, said = making.head()

    assert said.origin == log_keys.origin() == "shop.example/log"
    assert log_keys.other_origin() == "elsewhere.example:8443/log"


def test_a_head_is_published_at_once_unless_a_witness_must_sign() -> None:
    making.log_of(1)
    witness = Witness.objects.create(
        vkey="w+1+1", url="https://w.example", is_required=True
    )
    making.log_of(1)
    Witness.objects.filter(pk=witness.pk).update(is_enabled=False)
    making.log_of(1)

    published = Checkpoint.objects.exclude(published_at=None)

    assert sorted(published.values_list("size", flat=True)) == [1, 3]


def test_a_head_is_published_once_every_required_witness_has_signed() -> None:
    witnesses = [
        Witness.objects.create(
            vkey=f"w{number}+1+1", url="https://w.example", is_required=number < 2
        )
        for number in range(3)
    ]
    making.log_of(1)
    head = Checkpoint.objects.get()
    assert not sequencing.publish(head.size)
    head.cosignatures.create(witness=witnesses[0], line="—")
    assert not sequencing.publish(head.size)
    head.cosignatures.create(witness=witnesses[1], line="—")

    assert sequencing.publish(head.size)
    first = Checkpoint.objects.get().published_at
    assert sequencing.publish(head.size)

    assert Checkpoint.objects.get().published_at == first
    assert not sequencing.publish(7)


def test_the_head_verifies_by_the_published_key() -> None:
    entries = making.log_of(300)

    row, said = making.head()

    key = log_keys.current_keys()
    assert [notes.parse_verifier_key(str(one)) for one in key] == key
    assert said.root == merkle.root_of([bytes(one.leaf_hash) for one in entries])
    assert LogKey.objects.count() == 1
    assert "sealed" not in row.note


def test_a_sequencer_that_had_nothing_to_do_says_that_it_looked() -> None:
    assert sequencing.last_look() is None

    sequencing.sign_of_life()
    first = sequencing.last_look()
    sequencing.sign_of_life()

    assert first is not None
    assert sequencing.last_look() >= first  # type: ignore[operator]


@pytest.mark.parametrize(
    ("size", "limit", "taken"),
    [(0, 2048, 2048), (1, 2048, 2047), (255, 256, 1), (256, 256, 256), (3, 2, 2)],
)
def test_a_backlog_is_taken_by_whole_tiles(size: int, limit: int, taken: int) -> None:
    assert sequencing.aligned(size, limit) == taken
