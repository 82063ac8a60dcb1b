"""Why a line is refused, or a field of it: by code, and in the active language."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from companies.importing.words import CELL_SENTENCES, FILE_SENTENCES
from products import gtin

EXCERPT = 120


class Trouble(NamedTuple):
    """What is wrong with one line. `is_whole` says that nothing of it counts."""

    line: int
    code: str
    gtin: str = ""
    field: str = ""
    excerpt: str = ""
    is_whole: bool = True


class LineRefused(Exception):
    """A line, or the value of one of its fields, is not taken."""

    def __init__(self, code: str, *, field: str = "", excerpt: Any = "") -> None:
        super().__init__(code)
        self.code, self.field, self.excerpt = code, field, excerpted(excerpt)


def excerpted(value: Any) -> str:
    """Return the beginning of a value, as a row can keep it."""
    text = value if isinstance(value, str) else repr(value)
    shown = "".join(one if one.isprintable() else "�" for one in text[:EXCERPT])
    return shown if len(text) <= EXCERPT else f"{shown[:-1]}…"


LINES = {
    "not_json": gettext_noop("This line is not JSON."),
    "not_a_record": gettext_noop("This line is not a record of a product."),
    "line_too_long": gettext_noop("This line is too long for a product."),
    "not_utf8": gettext_noop("The letters of this line cannot be read."),
    "gtin_missing": gettext_noop("Say which product this is: its GTIN is missing."),
    "not_a_gtin": gettext_noop("A GTIN has 8, 12, 13 or 14 digits."),
    "wrong_check_digit": gettext_noop(
        "The check digit is wrong. Was a digit mistyped?"
    ),
    "restricted": gettext_noop(
        "This number has a meaning inside one shop only: elsewhere it is another "
        "product."
    ),
    "number_was_rounded": gettext_noop(
        "A spreadsheet program has rounded this number (9.5E+12). Format the column "
        "as text and type it again."
    ),
    "obsolete": gettext_noop("The source says that this product is sold no more."),
    "name_missing": gettext_noop("This product has no name."),
    "undated": gettext_noop("This record does not say when it was last changed."),
    "in_the_future": gettext_noop("This date is in the future."),
    "not_a_date": gettext_noop("A date is written YYYY-MM-DD or DD/MM/YYYY."),
    "twice_in_file": gettext_noop(
        "This product is in the file more than once: the last line counts."
    ),
    "other_company": gettext_noop(
        "Another company has declared this product. If it is yours, tell the operator."
    ),
    "not_handed_over": gettext_noop(
        "The community has described this product already, and nobody has declared it. "
        "If it is yours, ask the operator to hand it over to your company."
    ),
}
FIELDS = {
    "not_a_text": gettext_noop("This is not a text."),
    "too_long": gettext_noop("This text is too long."),
    "not_a_list": gettext_noop(
        'This is not a list. Separate codes with “;”; other lists are JSON: [{"role": '
        '"transformation", "country": "FR"}].'
    ),
    "not_a_code": gettext_noop("This is not a code."),
    "not_a_number": gettext_noop("This is not a number."),
    "not_whole": gettext_noop("This is not a whole number."),
    "out_of_bounds": gettext_noop("This number is out of bounds."),
    "not_a_quantity": gettext_noop("A quantity has a number and a unit: 500 g."),
    "not_a_url": gettext_noop("An address begins with https://."),
    "not_a_duration": gettext_noop("A duration is written P2D, PT3H or PT45M."),
    "not_a_grade": gettext_noop("A grade is a letter."),
    "not_an_instant": gettext_noop(
        "A moment has a day, a time and its offset: 2026-03-14T10:00:00+01:00."
    ),
    "not_a_country": gettext_noop("A country has two capital letters: FR."),
    "not_exact": gettext_noop("This value cannot be kept as it is."),
    "member_missing": gettext_noop("A part of this list is missing."),
    "not_json": gettext_noop("This is not JSON."),
    "control_character": CELL_SENTENCES["control_character"],
}
FILES = {
    "empty": FILE_SENTENCES["empty"],
    "too_large": FILE_SENTENCES["too_large"],
    "unpacks_to_too_much": gettext_noop(
        "This file unpacks to more than %(most)s megabytes. The command "
        "import_products takes larger ones."
    ),
    "truncated": gettext_noop(
        "This file ends in the middle: its download was not finished. Nothing was "
        "recorded."
    ),
    "damaged": gettext_noop("This compressed file is damaged. Nothing was recorded."),
    "not_a_dump": gettext_noop(
        "This compressed file holds no lines of JSON. A table is sent as it is."
    ),
    "other_kind": gettext_noop("This file is not what it was said to be."),
    "no_header": FILE_SENTENCES["no_header"],
}


def why_line(code: str, field: str = "", excerpt: str = "") -> str:
    """Return why a line, or a value of it, is refused."""
    if code == "wrong_check_digit" and gtin.DIGITS.fullmatch(excerpt):
        right = {"gtin": excerpt, "expected": gtin.check_digit(excerpt[:-1])}
        return _(
            "The check digit of %(gtin)s is wrong; %(expected)s would be right."
        ) % (right)
    for known in (FIELDS if field else LINES, LINES, FIELDS, CELL_SENTENCES):
        if code in known:
            return _(known[code])
    return code


def why_file(code: str, about: dict[str, Any]) -> str:
    """Return why a whole file is refused."""
    if code == "wrong_columns":
        return _wrong_columns(about)
    return _(FILES.get(code) or FILE_SENTENCES[code]) % about


def _wrong_columns(about: dict[str, list[str]]) -> str:
    sentences = {
        "missing": _("These columns are missing: %s."),
        "unknown": _("These columns are not known: %s."),
        "twice": _("These columns are there twice: %s."),
    }
    return " ".join(
        sentence % ", ".join(one.rstrip(" .") for one in about[key][:10])
        for key, sentence in sentences.items()
        if about[key]
    )
