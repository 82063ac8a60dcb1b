"""What an audit may find. The codes never change: programs watch for them."""

from enum import StrEnum
from typing import NamedTuple


class Part(StrEnum):
    """What of the log a finding is about."""

    ENTRY = "entry"
    TILE = "tile"
    CHECKPOINT = "checkpoint"
    CONTENT = "content"
    DATABASE = "database"


class Finding(NamedTuple):
    """One thing that is not as it should be."""

    code: str
    # Which one: `entry 12`, `tile 0/3`, `checkpoint 300`.
    where: str
    detail: str

    def __str__(self) -> str:
        return f"{self.code}  {self.where}: {self.detail}"


CODES = {
    "entry_position_gap": "an entry is missing in the order",
    "entry_beyond_log": "an entry has a place that the log does not have yet",
    "leaf_malformed": "the bytes are no leaf",
    "leaf_hash_differs": "the stored hash is not that of the leaf",
    "leaf_row_differs": "the row says something else than its leaf",
    "leaf_kind_unknown": "nothing of that kind is logged",
    "chain_broken": "the version before is another one, or is not there",
    "tile_missing": "a tile is not there",
    "tile_differs": "the bytes are not those of the entries",
    "tile_unknown": "there is a tile that the log does not have",
    "checkpoint_missing": "the whole log has no checkpoint",
    "checkpoint_root_differs": "the root is not that of the entries",
    "checkpoint_malformed": "the note is no checkpoint, or not of this row",
    "checkpoint_not_signed": "a signature is wrong, or of nobody who is known",
    "checkpoint_beyond_log": "there are not so many entries",
    "cosignature_wrong": "a witness did not sign this",
    "content_missing": "nothing is kept, and no erasure says why",
    "content_differs": "content and salt are not those of the digest",
    "content_not_erased": "it was erased, and is still kept",
    "content_unlogged": "rows are in no entry",
    "trigger_missing": "the database would let the log be rewritten",
    "state_missing": "the log has entries in the tree and no state",
}
"""Every code, in words."""


def found(code: str, where: str, more: str = "") -> Finding:
    """Return a finding in the words of its code."""
    detail = CODES[code]
    return Finding(code, where, f"{detail} ({more})" if more else detail)
