"""The audit: a whole log passes, and whatever is changed in one is found."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from ledger import leaves, merkle
from ledger.auditing import Audit, Progress
from ledger.compact import Growing
from ledger.contents import Content
from ledger.management.commands import verify_ledger
from ledger.models import (
    Checkpoint,
    Cosignature,
    Entry,
    Erasure,
    LogKey,
    State,
    Tile,
)
from ledger.services import Draft, append_entries, note_erasure
from ledger.tiles import TileId, grow
from tests.ledger import making
from tests.ledger.reading import Kept, keeping_contents
from tests.ledger.tampering import unguarded
from tests.ledger.witnesses import OtherWitness

pytestmark = pytest.mark.django_db

# Of so many bytes one is changed: all of them take minutes.
EVERY = 13


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    """A room that keeps what the tests log."""
    with keeping_contents(monkeypatch) as room:
        yield room


def audit(**options: Any) -> list[str]:
    """Return the codes of what is found."""
    return [one.code for one in Audit(**options).findings()]


def change(row: Any, **members: Any) -> None:
    """Change a row of the log as only its owner could."""
    with unguarded():
        type(row).objects.filter(pk=row.pk).update(**members)


def log_with_everything(kept: Kept) -> None:
    """Log subjects with several versions, in two heads, one of them cosigned."""
    first = kept.log_of(3)
    drafts = [
        Draft(leaves.Kind.SHEET_REVISION, b"two", leaves.new_salt(), after=first[0]),
        Draft(leaves.Kind.FACT_CHECKED, b"seen", leaves.new_salt(), after=first[1]),
    ]
    with transaction.atomic():
        kept.keep(append_entries(drafts), drafts)
    making.sequence()
    witness = OtherWitness("witness.example/w1")
    head = Checkpoint.objects.order_by("-size")[0]
    Cosignature.objects.create(
        checkpoint=head, witness=witness.row(), line=witness.line(head.note).strip()
    )


def test_a_whole_log_passes(kept: Kept) -> None:
    assert audit() == []

    log_with_everything(kept)
    assert audit() == []

    kept.log_of(600)
    one = Audit()
    assert list(one.findings()) == []
    assert (one.count, one.size) == (605, 605)


def test_what_waits_for_its_place_is_no_fault(kept: Kept) -> None:
    log_with_everything(kept)
    drafts = [making.draft(number) for number in range(3)]
    with transaction.atomic():
        entries = append_entries(drafts)
    kept.keep(entries, drafts)

    assert audit() == []

    change(entries[1], leaf=b"{}")
    assert set(audit()) == {"leaf_hash_differs", "leaf_malformed", "content_differs"}


Place = tuple[str, Callable[[bytes], None], bytes]


def places(kept: Kept) -> Iterator[Place]:
    """Yield each thing that an audit looks at: its name, how it is set, its bytes."""
    for model, name in (
        (Entry, "leaf"),
        (Entry, "leaf_hash"),
        (Tile, "data"),
        (Checkpoint, "root"),
        (Checkpoint, "note"),
        (Cosignature, "line"),
        (LogKey, "public"),
        (State, "origin"),
    ):
        for row in model.objects.all():
            value = getattr(row, name)
            is_text = isinstance(value, str)

            def put(data: bytes, row: Any = row, name: str = name) -> None:
                change(row, **{name: data})

            def put_text(data: bytes, row: Any = row, name: str = name) -> None:
                change(row, **{name: data.decode(errors="replace")})

            data = value.encode() if is_text else bytes(value)
            yield f"{model.__name__}.{name} {row}", put_text if is_text else put, data
    for pk, content in list(kept.rows.items()):

        def put_salt(data: bytes, pk: int = pk, content: Content = content) -> None:
            kept.rows[pk] = content._replace(salt=data)

        def put_body(data: bytes, pk: int = pk, content: Content = content) -> None:
            kept.rows[pk] = content._replace(body=data)

        yield f"salt {pk}", put_salt, content.salt
        yield f"body {pk}", put_body, content.body


def test_any_one_byte_that_is_changed_is_found(kept: Kept) -> None:
    log_with_everything(kept)
    count = 0
    for name, put, data in places(kept):
        # Never the same ones, so that each kind of thing is read through.
        for at in range(count % EVERY, len(data), EVERY):
            changed = bytearray(data)
            changed[at] ^= 1 << (count % 8)
            put(bytes(changed))
            assert audit() != [], f"{name}, byte {at}"
            count += 1
        put(data)
    assert audit() == []
    assert count > 150


@pytest.mark.parametrize("where", [0, 31, 32, 255, 256, 511, 519])
def test_a_changed_byte_is_found_wherever_it_is(kept: Kept, where: int) -> None:
    entry = kept.log_of(520)[where]
    changed = bytearray(entry.leaf)
    changed[-3] ^= 1
    change(entry, leaf=bytes(changed))

    assert "checkpoint_root_differs" in audit(is_quick=True)
    assert f"entry {where}" in {one.where for one in Audit().findings()}


def test_a_leaf_that_was_exchanged_with_its_hash_is_found_in_the_tree(
    kept: Kept,
) -> None:
    entry = kept.log_of(300)[7]
    other = leaves.compose(
        kind=leaves.Kind.SHEET_REVISION,
        subject=entry.subject,
        version=1,
        digest=leaves.digest_of(*kept.rows[entry.pk]),
        prev=None,
        actor=None,
        at=entry.created_at,
    )
    change(entry, leaf=other, leaf_hash=merkle.leaf_hash(other))

    assert audit() == ["checkpoint_root_differs", "tile_differs", "tile_differs"]


def test_tiles_are_all_there_and_no_others(kept: Kept) -> None:
    kept.log_of(300)
    with unguarded():
        Tile.objects.filter(level=1, n=0).delete()
        Tile.objects.create(level=2, n=0, width=1, data=bytes(32))

    assert audit() == ["tile_missing", "tile_unknown"]


def test_a_tile_has_no_hash_too_many(kept: Kept) -> None:
    kept.log_of(3)
    tile = Tile.objects.get()
    change(tile, width=4, data=bytes(tile.data) + bytes(32))

    assert audit() == ["tile_differs"]


def test_an_entry_that_was_taken_away_is_missed(kept: Kept) -> None:
    log = kept.log_of(9)
    change(log[4], position=None)

    assert "entry_position_gap" in audit()


def test_entries_and_heads_beyond_the_log_are_found(kept: Kept) -> None:
    kept.log_of(9)
    State.objects.update(size=8)
    found = audit()
    assert {"checkpoint_beyond_log", "entry_beyond_log"} <= set(found)
    assert "checkpoint_missing" in found

    State.objects.all().delete()
    assert "state_missing" in audit()


def test_a_chain_with_another_predecessor_is_found(kept: Kept) -> None:
    log_with_everything(kept)
    second = Entry.objects.get(version=2, kind="sheet.revision")
    change(Entry.objects.get(subject=second.subject, version=1), version=9)

    found = audit()
    assert "chain_broken" in found
    assert "leaf_row_differs" in found


def test_content_is_there_or_was_erased(kept: Kept) -> None:
    log = kept.log_of(3)
    content = kept.rows.pop(log[1].pk)
    assert audit() == ["content_missing"]
    assert audit(is_quick=True) == []

    note_erasure(entry=log[1], reason="art. 17")
    assert audit() == []
    assert Erasure.objects.count() == 1

    kept.rows[log[1].pk] = content
    assert audit() == ["content_not_erased"]


def test_rows_that_are_in_no_entry_are_found(kept: Kept) -> None:
    kept.log_of(1)
    kept.unlogged = 2

    [finding] = Audit().findings()
    assert finding.code == "content_unlogged"
    assert "2" in finding.detail


def test_a_trigger_that_is_gone_is_found(kept: Kept) -> None:
    kept.log_of(1)
    with unguarded():
        found = audit()
        assert found == [] or set(found) == {"trigger_missing"}
        # On PostgreSQL the triggers stay, and are passed by.
        assert (connection.vendor == "sqlite") == bool(found)


def test_a_signature_of_nobody_is_found(kept: Kept) -> None:
    kept.log_of(2)
    head = Checkpoint.objects.get()
    line = head.note.splitlines()[-1]
    change(head, note=f"{head.note}— nobody.example AAAAAAAA\n")
    assert audit() == ["checkpoint_not_signed"]

    change(head, note=head.note.replace(line, "— nobody.example AAAAAAAA"))
    assert audit() == ["checkpoint_not_signed"]


def test_an_audit_may_begin_later(kept: Kept) -> None:
    log = kept.log_of(700)
    late = Audit(since=600, is_quick=True)
    assert list(late.findings()) == []
    assert (late.since, late.count) == (512, 188)

    changed = bytearray(log[650].leaf)
    changed[-3] ^= 1
    change(log[650], leaf=bytes(changed))
    assert "checkpoint_root_differs" in audit(since=600, is_quick=True)
    # Behind the end, the last whole tile is what there is.
    assert "checkpoint_root_differs" in audit(since=9999)


@pytest.mark.parametrize("since", [0, 256, 512, 768, 1024])
def test_a_resumed_tree_is_the_same(since: int) -> None:
    stored = [merkle.leaf_hash(b"%d" % number) for number in range(1100)]
    edge = grow(0, {}, stored).tiles
    tree = Growing.resumed(since, edge)

    finished = [one for leaf in stored[since:] for one in tree.add(leaf)]

    assert tree.root == merkle.root_of(stored)
    assert tree.size == 1100
    known = {one.tile: one.data for one in [*finished, *tree.open_tiles()]}
    assert known == {tile: edge[tile] for tile in known}
    assert TileId(1, 0) in known


def test_how_far_it_is_is_told(kept: Kept) -> None:
    kept.log_of(1100)
    told: list[Progress] = []

    list(Audit(report=told.append).findings())

    assert told == [(1024, 1100), (1100, 1100)]


def test_what_is_placed_meanwhile_is_left_to_the_next_audit(kept: Kept) -> None:
    kept.log_of(300)

    def grows(_progress: Progress) -> None:
        if State.objects.get().size == 300:
            kept.log_of(50)

    assert audit(report=grows) == []
    assert State.objects.get().size == 350


def run(*options: str) -> str:
    out = io.StringIO()
    call_command("verify_ledger", *options, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_the_command_says_what_is_wrong_and_fails(kept: Kept) -> None:
    entry = kept.log_of(3)[1]
    assert run().startswith("Nothing is wrong: 3 entries looked at, of 3")
    kept.rows[entry.pk] = kept.rows[entry.pk]._replace(body=b"other")

    out = io.StringIO()
    with pytest.raises(CommandError, match="1 findings"):
        call_command("verify_ledger", stdout=out)

    assert out.getvalue().startswith("content_differs  entry 1: ")
    assert run("--quick").startswith("Nothing is wrong")
    with pytest.raises(CommandError, match="--since"):
        run("--since=-1")


def test_the_command_says_how_far_it_is(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.log_of(3)
    monkeypatch.setattr(verify_ledger, "SECONDS_BETWEEN_LINES", 0.0)
    err = io.StringIO()

    call_command("verify_ledger", stdout=io.StringIO(), stderr=err)

    assert err.getvalue() == "3 of 3\n"


def test_a_moment_that_is_not_the_leaf_s_is_found(kept: Kept) -> None:
    entry = kept.log_of(2)[0]
    change(entry, created_at=timezone.now().replace(year=2020))

    assert audit() == ["leaf_row_differs"]
