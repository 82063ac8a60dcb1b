"""
Texts that a spreadsheet program would take for formulas, made harmless and read back.

Both ways are exact: what is written into a CSV file comes back as it was.
"""

import re

# A sign before a number, as people and programs write it, is no formula.
_NUMBER = re.compile(
    r"[+-][0-9][0-9  \u00a0\u202f]*([.,][0-9]+)?[  \u00a0\u202f]*[%€]?"
)
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_QUOTED = re.compile(r"'+[=+\-@\t\r]")


def harmless(text: str) -> str:
    """Return `text` for a cell of a CSV file, with an apostrophe where it needs one."""
    if _DANGEROUS.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def meant(text: str) -> str:
    """Return what `harmless` was given."""
    return text[1:] if _QUOTED.match(text) else text


def is_formula(text: str) -> bool:
    """Say whether a program that opens the CSV file would compute this cell."""
    if _NUMBER.fullmatch(text.strip()):
        return False
    return text[:1] == "\t" or text.lstrip()[:1] in {"=", "+", "@"}
