"""Which of several statements is shown, and which say otherwise. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from companies.levels import RANK, Status

# Without leading zeros: those are part of an identifier.
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)([.][0-9]+)?")


class Stated(Protocol):
    """What is compared of a statement."""

    @property
    def pk(self) -> Any:
        """Order of recording."""

    @property
    def level(self) -> str:
        """How far it is verified."""

    @property
    def observed_at(self) -> datetime:
        """When it was true."""

    @property
    def status(self) -> str:
        """Whether there is a value."""

    @property
    def value(self) -> Any:
        """The value."""


S = TypeVar("S", bound=Stated)


def retain(statements: Sequence[S]) -> S | None:
    """
    Return the statement that is shown among those of one fact or field.

    The highest level wins, then the latest observation, then the latest record; that
    one source knows nothing never hides what another one says.
    """
    return max(
        statements,
        key=lambda one: (
            one.status != Status.UNKNOWN,
            RANK[one.level],
            one.observed_at,
            one.pk,
        ),
        default=None,
    )


def contradicting(statements: Sequence[S], retained: S) -> list[S]:
    """
    Return the statements that say otherwise than the retained one, the best first.

    They are shown beside it, never averaged and never hidden. Letter case and closing
    zeros are no contradiction.
    """
    others = [
        one
        for one in statements
        if one.status != Status.UNKNOWN and not _say_the_same(one, retained)
    ]
    return sorted(others, key=lambda one: (RANK[one.level], one.pk), reverse=True)


def agreeing(statements: Sequence[S], retained: S) -> int:
    """Return how many statements, the retained one included, say the same."""
    return sum(_say_the_same(one, retained) for one in statements)


def _say_the_same(one: Stated, other: Stated) -> bool:
    return (one.status, _folded(one.value)) == (other.status, _folded(other.value))


def _folded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if NUMBER.fullmatch(value):
        return Decimal(value)
    return value.casefold()
