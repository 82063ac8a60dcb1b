"""The rows of the log."""

from ledger.models.entries import Entry, EntryQuerySet, Erasure
from ledger.models.keys import LogKey
from ledger.models.logged import Logged
from ledger.models.tree import Checkpoint, State, Tile
from ledger.models.witnesses import Cosignature, Witness, WitnessedLog, WitnessKey

__all__ = [
    "Checkpoint",
    "Cosignature",
    "Entry",
    "EntryQuerySet",
    "Erasure",
    "LogKey",
    "Logged",
    "State",
    "Tile",
    "Witness",
    "WitnessKey",
    "WitnessedLog",
]
