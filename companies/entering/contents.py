"""
What an entry digests: canonical JSON of columns that are never edited.

`v` numbers the way of composing. Another way is another number, and the old one stays:
what was logged under it is composed by it for ever.
"""

from decimal import Decimal
from typing import Any

from common import canonical
from common.times import rfc3339
from companies.levels import Status
from companies.models import StatementBase
from ledger.leaves import Kind

FORMAT = 1
# Beyond it, readers of JSON round whole numbers.
_EXACT = 2**53


def written(members: dict[str, Any]) -> bytes:
    """Return the bytes that an entry digests."""
    try:
        return canonical.dumps({"v": FORMAT, **members})
    except (TypeError, ValueError):
        # A number that readers round, of an event's sensor for one.
        return canonical.dumps({"v": FORMAT, **_exact(members)})


def statement_members(statement: StatementBase) -> dict[str, Any]:
    """Return what every statement says, without who typed it."""
    until = statement.valid_until
    return {
        "status": str(statement.status),
        "value": statement.value,
        "unit": statement.unit,
        "note": statement.note,
        "source": {
            "kind": str(statement.source_kind),
            "name": statement.source_name,
            "url": statement.source_url,
        },
        "level": str(statement.level),
        "disputed": statement.is_disputed,
        "observed_at": rfc3339(statement.observed_at),
        "valid_until": until.isoformat() if until else None,
    }


def statement_kind(statement: StatementBase) -> Kind:
    """Return what a statement does: it takes a known value back, or it asserts."""
    # `supersedes` exists in each of the models that statements are of.
    before: StatementBase | None = statement.supersedes
    if before and before.status == Status.KNOWN and statement.status != Status.KNOWN:
        return Kind.FACT_RETRACTED
    return Kind.FACT_ASSERTED


def _exact(value: Any) -> Any:
    """
    Return a value with each number that varies among readers as a decimal text.

    Databases give a float back as another float of the same worth, or as an integer:
    the text is that of its worth.
    """
    if isinstance(value, dict):
        return {str(key): _exact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if isinstance(value, int) and abs(value) < _EXACT:
        return value
    number = Decimal(repr(value)) or Decimal(0)
    return {"decimal": format(number.normalize(), "f")}
