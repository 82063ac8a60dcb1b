"""What may be written to the log."""

from ledger.services.appending import Draft, append_entries
from ledger.services.erasing import note_erasure
from ledger.services.rotating import rotate_log_key

__all__ = ["Draft", "append_entries", "note_erasure", "rotate_log_key"]
