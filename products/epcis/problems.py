"""What is wrong with a document, error by error, in no language. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

MAX_PROBLEMS = 100
# What a sentence quotes of a document stays short.
MAX_QUOTED = 80


class Problem(NamedTuple):
    """
    One error: where, as a JSON path, under which code, with the texts that it names.

    `code` is one of `SENTENCES` and part of the API.
    """

    path: str
    code: str
    values: Mapping[str, str]


class Problems:
    """The errors of one document, at most `MAX_PROBLEMS` of them; the rest counted."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._left_out = 0

    def add(self, path: str, code: str, /, **values: object) -> None:
        """Note an error."""
        if len(self._found) >= MAX_PROBLEMS:
            self._left_out += 1
            return
        self._found.append(
            Problem(path, code, {key: quoted(said) for key, said in values.items()})
        )

    def count(self) -> int:
        """Return how many there are, noted or only counted."""
        return len(self._found) + self._left_out

    def all(self) -> tuple[Problem, ...]:
        """Return them in the order found; the last says how many more there were."""
        if not self._left_out:
            return tuple(self._found)
        more = Problem("$", "more_problems", {"count": str(self._left_out)})
        return (*self._found, more)


def quoted(value: object) -> str:
    """Return a short text that is safe to store and to show, whatever was sent."""
    text = str(value).encode("utf-8", "replace").decode().replace("\0", "�")
    return text if len(text) <= MAX_QUOTED else text[: MAX_QUOTED - 1] + "…"


# The English sentence of each code; the door that shows it has it translated.
SENTENCES = {
    "not_json": "This is not JSON: %(reason)s.",
    "not_xml": "This is not XML that can be read safely: %(reason)s.",
    "not_utf8": "The text is not UTF-8.",
    "too_large": "The document is larger than %(limit)s.",
    "too_deep": "The document is nested deeper than %(limit)s levels.",
    "too_many_events": "The document holds %(count)s events; %(limit)s at most.",
    "duplicate_key": "The name “%(name)s” is given twice in one object.",
    "number_out_of_range": "The number %(value)s cannot be kept exactly.",
    "unreadable_text": "The text holds characters that cannot be stored.",
    "not_a_document": (
        "This is neither an EPCIS document, nor an event, nor a list of events."
    ),
    "no_events": "The document holds no event.",
    "missing": "“%(name)s” is missing.",
    "missing_what": "The event names no object: one of %(names)s is needed.",
    "unknown_field": (
        "“%(name)s” is no field here; a field of your own needs a prefix, as in "
        "“example:%(name)s”."
    ),
    "not_an_object": "An object is expected here.",
    "not_a_list": "A list is expected here.",
    "empty_list": "This list is empty.",
    "not_a_text": "A text is expected here.",
    "not_a_number": "A number is expected here.",
    "not_a_boolean": "“true” or “false” is expected here.",
    "not_hexadecimal": "Hexadecimal digits are expected here.",
    "not_a_uri": "“%(value)s” is not a URI.",
    "not_an_instant": (
        "“%(value)s” is not an instant with its offset, such as "
        "2026-03-06T09:00:00+01:00."
    ),
    "not_an_offset": "“%(value)s” is not an offset such as +01:00.",
    "not_a_context": (
        "“@context” is an address, an object of prefixes, or a list of these."
    ),
    "not_a_version": "“%(value)s” is not a version such as 2.0.",
    "not_a_unit": "“%(value)s” is not a unit code of two or three characters.",
    "unknown_type": "“%(value)s” is not a type of event.",
    "unknown_action": "“%(value)s” is not an action: ADD, OBSERVE or DELETE.",
    "unknown_word": "“%(value)s” is not in the vocabulary of “%(name)s”.",
    "duplicate_item": "“%(value)s” is listed twice.",
    "malformed_identifier": "“%(value)s” is not a well-formed GS1 identifier.",
    "negative_quantity": "A quantity cannot be negative: %(value)s.",
    "ilmd_without_add": "Master data of a lot go with the action ADD only.",
    "in_the_future": "%(value)s lies in the future.",
    "recorded_before": "It was recorded, %(value)s, before it happened.",
    "ends_before_it_begins": "It ends, %(value)s, before it begins, %(begins)s.",
    "minimum_above_maximum": "The minimum, %(value)s, is above the maximum, %(most)s.",
    "out_of_range": "%(value)s is outside of what is possible here.",
    "output_is_input": "“%(value)s” is made from itself.",
    "parent_is_child": "“%(value)s” contains itself.",
    "cyclic_transformation": "“%(value)s” is made, step by step, from itself.",
    "cyclic_aggregation": "“%(value)s” is put into what it contains.",
    "used_before_made": "“%(value)s” is used before it is made.",
    "event_id_twice": "Another event of this document has the eventID “%(value)s”.",
    "more_problems": "%(count)s more problems are not listed.",
}
