"""What is done later, elsewhere, again: one module per subject, all loaded here."""

from companies.tasks.checking import hint_checks

__all__ = ["hint_checks"]
