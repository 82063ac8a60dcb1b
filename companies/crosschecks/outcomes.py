"""
The four outcomes of a rule, each with a sentence in French and one in English.

Sentences are recorded with the result, so both are written beside their rule and not
taken from a translation that could change later.
"""

from typing import Any

from companies.crosschecks.given import Finding

AGREE = "agree"
DISAGREE = "disagree"
INCONCLUSIVE = "inconclusive"
NOT_APPLICABLE = "not_applicable"


def agree(
    text_fr: str, text_en: str, *, independent: bool = False, **inputs: Any
) -> Finding:
    """Return that the rule holds."""
    return Finding(AGREE, text_fr, text_en, inputs, independent)


def disagree(
    text_fr: str, text_en: str, *, independent: bool = False, **inputs: Any
) -> Finding:
    """Return that the rule does not hold."""
    return Finding(DISAGREE, text_fr, text_en, inputs, independent)


def verdict(
    text_fr: str,
    text_en: str,
    *,
    holds: bool,
    independent: bool = False,
    **inputs: Any,
) -> Finding:
    """Return that the rule holds or does not, where one sentence serves both."""
    outcome = AGREE if holds else DISAGREE
    return Finding(outcome, text_fr, text_en, inputs, independent)


def inconclusive(text_fr: str, text_en: str, **inputs: Any) -> Finding:
    """Return that nothing can be said: an input is missing, or of another kind."""
    return Finding(INCONCLUSIVE, text_fr, text_en, inputs)


def doubt(text_fr: str, text_en: str, **inputs: Any) -> Finding:
    """Return that something is unusual: no contradiction, and yet readers are told."""
    return inconclusive(text_fr, text_en, **inputs, to_reconcile=True)


def not_applicable(text_fr: str, text_en: str, **inputs: Any) -> Finding:
    """Return that the rule has no sense for this statement."""
    return Finding(NOT_APPLICABLE, text_fr, text_en, inputs)


def missing(what_fr: str, what_en: str, **inputs: Any) -> Finding:
    """Return that the named input was not given: no failure of what was stated."""
    return inconclusive(
        f"Non vérifiable : {what_fr} manque.", f"Not checkable: {what_en} missing.",
        **inputs,
    )  # fmt: skip
