"""What is looked at in each entry: its bytes, its row, what it follows, its content."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from common.times import rfc3339
from ledger import contents, leaves, merkle
from ledger.auditing.findings import Finding, found
from ledger.contents import Content
from ledger.models import Entry, Erasure

Said = dict[str, object]


def check_bytes(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield what is wrong with the leaves, their hashes, rows and predecessors."""
    read: list[tuple[Entry, Said]] = []
    for entry in entries:
        leaf = bytes(entry.leaf)
        if merkle.leaf_hash(leaf) != bytes(entry.leaf_hash):
            yield found("leaf_hash_differs", where(entry))
        try:
            said = leaves.parse(leaf)
        except leaves.LeafRefused as error:
            yield found("leaf_malformed", where(entry), str(error))
            continue
        if said["kind"] not in set(leaves.Kind):
            yield found("leaf_kind_unknown", where(entry), str(said["kind"]))
        if not _is_of_row(entry, said):
            yield found("leaf_row_differs", where(entry))
        read.append((entry, said))
    yield from _check_chains(read)


def check_contents(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield entries whose content is lost, is another one, or should be gone."""
    by_kind: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_kind[entry.kind].append(entry)
    erased = set(
        Erasure.objects.filter(entry__in=entries).values_list("entry", flat=True)
    )
    for kind, of_kind in by_kind.items():
        kept = _kept(kind, [entry.pk for entry in of_kind])
        for entry in of_kind:
            yield from _check_content(entry, kept.get(entry.pk), entry.pk in erased)


def check_unlogged() -> Iterator[Finding]:
    """Yield the tables with rows that should be in the log and are not."""
    for source in contents.sources():
        if count := source.unlogged():
            yield found("content_unlogged", source.name, f"{count} rows")


def where(entry: Entry) -> str:
    """Return how a finding names an entry."""
    if entry.position is None:
        return f"waiting entry, row {entry.pk}"
    return f"entry {entry.position}"


def _is_of_row(entry: Entry, said: Said) -> bool:
    row = (entry.kind, str(entry.subject), entry.version, rfc3339(entry.created_at))
    return row == tuple(said[name] for name in ("kind", "subject", "version", "at"))


def _check_chains(read: Sequence[tuple[Entry, Said]]) -> Iterator[Finding]:
    """Compare each `prev` with the hash of the leaf that the subject had before."""
    follows = [(entry, said) for entry, said in read if entry.version != 1]
    before = _before([entry for entry, _said in follows])
    for entry, said in read:
        if entry.version == 1:
            if said["prev"] is not None:
                yield found("chain_broken", where(entry), "the first follows another")
            continue
        candidates = before.get((str(entry.subject), entry.version - 1), [])
        if not any(_precedes(one, entry, said) for one in candidates):
            yield found("chain_broken", where(entry))


def _before(entries: Sequence[Entry]) -> dict[tuple[str, int], list[Entry]]:
    """Return, by subject and version, what may stand before these. Two queries."""
    found_rows: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    if not entries:
        return found_rows
    rows = Entry.objects.filter(
        # All kinds, as the index begins with the kind.
        kind__in=list(leaves.Kind),
        subject__in={entry.subject for entry in entries},
        version__in={entry.version - 1 for entry in entries},
    ).only("position", "subject", "version", "leaf_hash")
    for row in rows.iterator(chunk_size=500):
        found_rows[str(row.subject), row.version].append(row)
    return found_rows


def _precedes(before: Entry, entry: Entry, said: Said) -> bool:
    is_earlier = before.position is not None and (
        entry.position is None or before.position < entry.position
    )
    # Both may still wait for their places.
    is_earlier |= before.position is None and before.pk < entry.pk
    return is_earlier and leaves.named(bytes(before.leaf_hash)) == said["prev"]


def _kept(kind: str, numbers: Sequence[int]) -> dict[int, Content]:
    kept: dict[int, Content] = {}
    for source in contents.of_kind(kind):
        kept.update(source.read(numbers))
    return kept


def _check_content(
    entry: Entry,
    content: Content | None,
    is_erased: bool,  # noqa: FBT001 - a fact, no switch
) -> Iterator[Finding]:
    if content is None:
        if not is_erased:
            yield found("content_missing", where(entry), entry.kind)
        return
    if is_erased:
        yield found("content_not_erased", where(entry), entry.kind)
        return
    if not _is_of_leaf(entry, content):
        yield found("content_differs", where(entry), entry.kind)


def _is_of_leaf(entry: Entry, content: Content) -> bool:
    try:
        digest = leaves.digest_of(bytes(content.salt), bytes(content.body))
        said: object = leaves.parse(bytes(entry.leaf))["digest"]
    except ValueError:  # a salt of another length, or no leaf
        return False
    return leaves.named(digest) == said
