"""
A sheet in the making: what is known of each field, and what does not fit. Pure.

Composing gathers the statements into a draft; the modules of `computing` add what
follows from them; those of `panels` say it in the active language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

# By field path, `section.key`: the members of the published value.
Documents = dict[str, dict[str, Any]]

SEVERITIES = ("error", "warning")
EVALUATIONS = ("good", "neutral", "average", "bad", "unknown")


class Flag(NamedTuple):
    """
    What a rule found that does not fit. It stands beside the values and hides none.

    `rule` is a stable code such as `nutrition.energy_mismatch`, its first part the
    section in which it is shown; `values` are texts that its sentence names.
    """

    rule: str
    severity: str
    fields: tuple[str, ...]
    values: Mapping[str, str]

    @property
    def section(self) -> str:
        """Return the section in which it is shown."""
        return self.rule.partition(".")[0]


def flagged(rule: str, *fields: str, severity: str = "warning", **values: Any) -> Flag:
    """Return what a rule found; what its sentence names is kept as text."""
    said = {name: str(value) for name, value in values.items()}
    return Flag(rule, severity, fields, said)


class Panel(NamedTuple):
    """
    One thing that a section says, worded, so that a client shows it in one loop.

    `evaluation` is one of `EVALUATIONS`; `fields` are the paths that it speaks of.
    """

    key: str
    title: str
    text: str
    evaluation: str = "neutral"
    lines: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


class Benchmark(NamedTuple):
    """What products of one category cost the climate by one method, scope and unit."""

    category: str
    method: str
    scope: str
    unit: str
    p25: str
    median: str
    p75: str
    products: int


@dataclass
class Draft:
    """What is known of one product, in no language yet."""

    gtin: str
    on: date
    documents: Documents
    flags: list[Flag] = field(default_factory=list)
    # The categories of the product, the finest last: `en:beverages`, `en:sodas`.
    benchmarks: tuple[Benchmark, ...] = ()

    def known(self, path: str) -> Any:
        """Return the value of a field, or none while nobody knows it."""
        document = self.documents.get(path)
        return document["value"] if document else None

    def flag(
        self, rule: str, *fields: str, severity: str = "warning", **values: Any
    ) -> None:
        """Note that something does not fit."""
        self.flags.append(flagged(rule, *fields, severity=severity, **values))
