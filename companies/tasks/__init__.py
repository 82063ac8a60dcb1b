"""What is done later, elsewhere, again: one module per subject, all loaded here."""

from companies.tasks.checking import hint_checks
from companies.tasks.disputes import remind_disputes
from companies.tasks.evidencing import sweep_evidence
from companies.tasks.importing import hint_imports
from companies.tasks.indexing import hint_index
from companies.tasks.issuing import renew_status_lists, review_credentials
from companies.tasks.mailing import hint_mails
from companies.tasks.registers import hint_registers

__all__ = [
    "hint_checks",
    "hint_imports",
    "hint_index",
    "hint_mails",
    "hint_registers",
    "remind_disputes",
    "renew_status_lists",
    "review_credentials",
    "sweep_evidence",
]
