"""The forms of the admin of companies."""

from companies.forms.facts import FactForm, fact_form, uploads_of
from companies.forms.statements import RefusableForm, StatementForm, as_typed
from companies.forms.verifying import ScopeForm, VerificationForm

__all__ = [
    "FactForm",
    "RefusableForm",
    "ScopeForm",
    "StatementForm",
    "VerificationForm",
    "as_typed",
    "fact_form",
    "uploads_of",
]
