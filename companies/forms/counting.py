"""Numbers by name as a person types them: one a line, “CDI : 110”."""

import re

from django.utils.translation import gettext as _

from companies import catalogue

# The last of these before the number parts it from its name.
LINE = re.compile(r"(?P<name>.*\S)\s*[:;=\t]\s*(?P<number>[^:;=\t]+)")
SPACES = re.compile(r"\s")


class LineRefused(ValueError):
    """One line is not a name and a number; the text says which line, and why."""


def counts(text: str) -> dict[str, str]:
    """Return numbers by name, in the order of the lines; empty lines say nothing."""
    found: dict[str, str] = {}
    for place, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, number = _parted(place, line)
        if name in found:
            raise LineRefused(
                _("Line %(line)s: “%(name)s” is there twice.")
                % {"line": place, "name": name}
            )
        found[name] = number
    return found


def _parted(place: int, line: str) -> tuple[str, str]:
    parted = LINE.fullmatch(line.strip())
    if parted is None:
        raise LineRefused(
            _("Line %(line)s: write a name, a colon and a number: “CDI : 110”.")
            % {"line": place}
        )
    try:
        # People part thousands by spaces, broken or not.
        number = catalogue.decimal_text(SPACES.sub("", parted["number"]))
    except catalogue.ValueRefused as error:
        raise LineRefused(
            _("Line %(line)s: “%(text)s” is not a number.")
            % {"line": place, "text": parted["number"].strip()}
        ) from error
    if number.startswith("-"):
        raise LineRefused(
            _("Line %(line)s: a number of this list is not below zero.")
            % {"line": place}
        )
    return " ".join(parted["name"].split()), number


def as_lines(numbers: dict[str, str]) -> str:
    """Return numbers by name as they are typed."""
    return "\n".join(f"{name} : {number}" for name, number in numbers.items())
