"""What may change in this room, one module per flow."""

from companies.services.rights import require_editor
from companies.services.stating import Source, require_reason, state_fact

__all__ = ["Source", "require_editor", "require_reason", "state_fact"]
