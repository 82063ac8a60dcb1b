"""Transparency certificates for those of the made-up companies that have earned one."""

import uuid

from companies.credentials.holding import held
from companies.errors import CredentialNotDue
from companies.models import Company, IssuedCredential
from companies.services.issuing import issue_transparency
from config.demonstration import fictitious


def load() -> int:
    """Have certificates issued where there are none in force; return how many."""
    count = 0
    for firm in fictitious.firms():
        if held(uuid.UUID(firm.id), IssuedCredential.Kind.TRANSPARENCY):
            continue
        try:
            issue_transparency(company=Company.objects.get(pk=firm.id), author=None)
        except CredentialNotDue:
            # It discloses too little: that is what it is there to show.
            continue
        count += 1
    return count
