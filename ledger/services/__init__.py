"""What may be written to the log."""

from ledger.services.appending import Draft, append_entries
from ledger.services.erasing import note_erasure

__all__ = ["Draft", "append_entries", "note_erasure"]
