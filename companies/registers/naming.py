"""
Whether a register's answer is about the company that asked for it.

Anybody can type anybody's number. A register's word counts for a company only when the
name behind the number is the company's: its own here, or the legal name that it states.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from companies.crosschecks.reading import name_key
from companies.levels import Status
from companies.models import Company, Statement

Names = dict[uuid.UUID, set[str]]


def names_of(companies: Iterable[uuid.UUID]) -> Names:
    """Return the names of companies in the form that is compared, in two queries."""
    keys = list(companies)
    found: Names = {
        key: {name_key(name)}
        for key, name in Company.objects.filter(pk__in=keys).values_list("pk", "name")
    }
    stated = Statement.objects.current().filter(
        company__in=keys, fact="legal_name", status=Status.KNOWN
    )
    # A register's own word too: it was recorded because the names agreed, and a company
    # that takes another name keeps its number.
    for key, name in stated.values_list("company", "value"):
        found[key].add(name_key(name))
    return found


def is_named_so(names: set[str], extract: Mapping[str, Any]) -> bool:
    """Say whether an answer gives one of these names; a masked one gives none."""
    return name_key(extract.get("legal_name", "")) in names - {""}
