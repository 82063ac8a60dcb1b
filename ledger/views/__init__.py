"""The doors of the log, open to everyone, and that of our witness, to other logs."""

from ledger.views.conveniences import (
    LogConsistencyProof,
    LogEntryDetail,
    LogEntryProof,
    LogInclusionProof,
)
from ledger.views.log import LogCheckpoint, LogPolicy, LogTile, LogVerifierKeys
from ledger.views.witness import AddCheckpoint, WitnessVerifierKey

__all__ = [
    "AddCheckpoint",
    "LogCheckpoint",
    "LogConsistencyProof",
    "LogEntryDetail",
    "LogEntryProof",
    "LogInclusionProof",
    "LogPolicy",
    "LogTile",
    "LogVerifierKeys",
    "WitnessVerifierKey",
]
