"""What registers last answered, for the rules that compare it with what is stated."""

import uuid
from collections.abc import Iterable
from typing import Any

from companies.models import RegisterRecord
from companies.registers.naming import is_named_so, names_of

State = RegisterRecord.State


def extracts(
    companies: Iterable[uuid.UUID],
) -> dict[uuid.UUID, dict[str, dict[str, Any]]]:
    """
    Return by company and register what was kept of the last answer, in three queries.

    Of an answer about somebody of another name, only that name. A register that does
    not know the company says `{"is_absent": True}`; one that has not answered is not
    there.
    """
    keys = list(companies)
    found: dict[uuid.UUID, dict[str, dict[str, Any]]] = {key: {} for key in keys}
    rows = RegisterRecord.objects.filter(
        company__in=keys, state__in=[State.FOUND, State.ABSENT]
    )
    names = names_of(keys)
    for company, register, extract in rows.values_list(
        "company", "register", "extract"
    ):
        is_own = extract.get("is_absent") or is_named_so(names[company], extract)
        found[company][register] = (
            extract if is_own else {"legal_name": extract.get("legal_name", "")}
        )
    return found
