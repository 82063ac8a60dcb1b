"""
The gates: what a company must have given, or have been given, before it may.

Without the mandatory facts, no account on shoppers' Sésames. And where the operator
asks for it by `REQUIRE_IDENTITY`, without an identity credential in force neither that
nor a published sheet.
"""

from django.utils.translation import gettext as _

from companies import civil_status
from companies.credentials import holding
from companies.errors import CivilStatusIncomplete, IdentityRequired
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


def require_identity(company: Company | None) -> None:
    """
    Raise `IdentityRequired` where one is asked for and the company has none in force.

    Fictitious companies are let through: they are said to be made up wherever they are.
    """
    if company is not None and not holding.is_identified(company):
        raise IdentityRequired(
            _(
                "Before it publishes or sells, %(company)s needs an identity "
                "credential: prove its domain, then ask the operator."
            )
            % {"company": company.name}
        )
