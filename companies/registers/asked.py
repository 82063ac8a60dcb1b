"""What every register has: how it is asked, and what of its answer is kept. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

# What is kept of an answer, in our words: JSON values without floats, and no person's.
Extract = Mapping[str, Any]
# One body for each path asked so far; none where the register does not know it.
Answers = Sequence[bytes | None]


class Unusable(Exception):
    """The answer is not what the documentation promises. One word says how."""


class Question(NamedTuple):
    """One company, as a register may be asked about it."""

    # The identifier that the register knows companies by.
    key: str
    # Identifiers of its sites, each to be confirmed where a register can.
    sites: tuple[str, ...] = ()


class Said(NamedTuple):
    """What a register states of one fact, in the form of a statement."""

    fact: str
    value: Any = None
    details: Mapping[str, Any] = {}
    status: str = "known"
    note: str = ""


class Register(NamedTuple):
    """One register behind one leaf module: no network, no database in it."""

    # `sirene`, `gleif` or `demonstration`.
    key: str
    # By which its statements are told from other registers' statements.
    name: str
    # The fact whose value is the identifier that it knows companies by, and the form
    # that such an identifier has.
    fact: str
    is_key: Callable[[str], bool]
    # The next path to ask for, none once everything is known.
    next_path: Callable[[Question, Answers], str | None]
    # What is kept, none when the register does not know the company; or `Unusable`.
    read: Callable[[Question, Answers], Extract | None]
    # The address at which people find the same.
    page: Callable[[str], str]
    # What it states itself. What it only lets us compare stays in the extract.
    says: Callable[[Extract], list[Said]]
    accept: str = "application/json"
    # It knows made-up companies only, and no other register is asked about those.
    is_fictitious: bool = False
