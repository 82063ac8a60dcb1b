"""What may change in this room, one module per flow."""

from companies.services.evidencing import file_evidence, file_report, show_evidence
from companies.services.measuring import compute_index, record_rate
from companies.services.registering import ask_registers
from companies.services.rights import require_editor
from companies.services.stating import Source, require_reason, state_fact
from companies.services.verifying import (
    own_verification,
    require_verifiable,
    verify_statement,
)

__all__ = [
    "Source",
    "ask_registers",
    "compute_index",
    "file_evidence",
    "file_report",
    "own_verification",
    "record_rate",
    "require_editor",
    "require_reason",
    "require_verifiable",
    "show_evidence",
    "state_fact",
    "verify_statement",
]
