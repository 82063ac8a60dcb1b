"""What the log says of the rows of a test, audited whole."""

import json
from typing import Any

from ledger import contents, leaves
from ledger.auditing import Audit
from ledger.models import Entry
from tests.ledger.making import sequence


def audited() -> list[tuple[str, str]]:
    """Place what waits, audit everything; return the findings by code and place."""
    sequence()
    return [(one.code, one.where) for one in Audit().findings()]


def content_of(entry: Entry | None) -> Any:
    """Return what an entry is about, as its room keeps it, read as JSON."""
    assert entry is not None
    for source in contents.of_kind(entry.kind):
        if found := source.read([entry.pk]).get(entry.pk):
            said = leaves.parse(bytes(entry.leaf))
            digest = leaves.digest_of(found.salt, found.body)
            assert said["digest"] == leaves.named(digest)
            return json.loads(found.body)
    raise AssertionError(f"nothing is kept of {entry}")


def chain(*entries: Entry | None) -> list[tuple[str, int]]:
    """Return kind and version of entries, which must be of one subject."""
    assert len({one.subject for one in entries if one}) == 1
    return [(one.kind, one.version) for one in entries if one]
