"""The gate: without the mandatory facts, no account on shoppers' Sésames."""

from django.utils.translation import gettext as _

from companies import civil_status
from companies.errors import CivilStatusIncomplete
from companies.models import Company


def require_complete_civil_status(company: Company) -> None:
    """
    Raise `CivilStatusIncomplete` unless every mandatory fact is given today.

    It says which are missing: by their keys for programs, by their labels for people.
    """
    found = civil_status.completeness(company)
    if found["complete"]:
        return
    raise CivilStatusIncomplete(
        _("%(status)s. Still missing, or expired: %(labels)s.")
        % {
            "status": found["text"].capitalize(),
            "labels": ", ".join(found["missing_labels"]),
        },
        present=found["present"],
        mandatory=found["mandatory"],
        missing=found["missing"],
    )
