"""
The register of the demonstration: made-up companies, from a file of ours. No network.

Always there, for fictitious companies only, so that a demonstration shows what checks
find without anybody being asked.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from stdnum.fr import siren as siren_number

from companies.levels import Status
from companies.registers import sirene
from companies.registers.asked import Answers, Extract, Question, Register, Said
from companies.registers.gleif import NO_PARENT

FILE = Path(__file__).with_name("demonstration.json")


@cache
def companies() -> dict[str, Any]:
    """Return what the register knows, by SIREN."""
    known: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))["companies"]
    return known


def next_path(question: Question, answers: Answers) -> None:
    """Ask nothing of anybody."""


def read(question: Question, answers: Answers) -> Extract | None:  # noqa: ARG001
    """Return what the file says of the company, none when it says nothing."""
    known: Extract | None = companies().get(question.key)
    return known


def page(key: str) -> str:  # noqa: ARG001 - this register has no pages
    """Return nothing: there is no page for people."""
    return ""


def says(extract: Extract) -> list[Said]:
    """Return what the register states, in the words that it has for legal forms."""
    said = [one for one in sirene.says(extract) if one.fact != "legal_form"]
    form = {"insee_code": extract["legal_form_code"]}
    said.append(Said("legal_form", extract["legal_form"], form))
    if lei := extract.get("lei"):
        said.append(Said("lei", lei))
    if extract.get("parent_exception") in NO_PARENT:
        said.append(Said("ultimate_parent", status=Status.NONE.value))
    return said


DEMONSTRATION = Register(
    key="demonstration",
    name="Registre de démonstration (fictif)",
    fact="national_id",
    is_key=siren_number.is_valid,
    next_path=next_path,
    read=read,
    page=page,
    says=says,
    is_fictitious=True,
)
