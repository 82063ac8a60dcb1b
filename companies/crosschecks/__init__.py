"""
Cross-checks: rules by which what a company states can be believed. Pure.

One module per subject; each ends with its rules. A missing input is inconclusive and
never a failure, and nothing verifies itself.
"""

from companies.crosschecks.given import Dossier, Finding, Found, Given, Rule
from companies.crosschecks.running import rules, rules_of, run

__all__ = [
    "Dossier", "Finding", "Found", "Given", "Rule", "rules", "rules_of", "run",
]  # fmt: skip
