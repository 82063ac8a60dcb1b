"""Why a file or a cell is refused, in the active language."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from companies.importing.headers import header
from companies.wording import language

FILE_SENTENCES = {
    "empty": gettext_noop("This file is empty."),
    "too_large": gettext_noop(
        "This file is larger than %(most)s megabytes. Split it, please."
    ),
    "old_or_encrypted": gettext_noop(
        "This is an old Excel file, or one with a password. Save it as .xlsx without "
        "password, or as CSV."
    ),
    "encrypted": gettext_noop("This workbook has a password. Save it without one."),
    "not_a_table": gettext_noop(
        "This is neither a CSV file nor an Excel workbook (.xlsx)."
    ),
    "not_a_text": gettext_noop(
        "The letters of this file cannot be recognised. Save it as CSV UTF-8."
    ),
    "not_a_workbook": gettext_noop(
        "This workbook is damaged, or not an Excel workbook. Save it anew as .xlsx."
    ),
    "workbook_too_large": gettext_noop(
        "This workbook unpacks to far more than a list of statements has. Copy the "
        "lines into a new workbook, or save them as CSV."
    ),
    "has_macros": gettext_noop(
        "This workbook has macros. Save it as .xlsx, without macros."
    ),
    "has_external_links": gettext_noop(
        "This workbook refers to other files. Copy the values alone into a new one."
    ),
    "line_too_long": gettext_noop("Line %(line)s is too long for a table."),
    "line_unreadable": gettext_noop(
        "From line %(line)s on, this file cannot be read: a quotation mark is missing "
        "or too many."
    ),
    "too_many_columns": gettext_noop(
        "Line %(line)s has more than %(most)s columns. Delete the empty ones."
    ),
    "too_many_lines": gettext_noop(
        "This file has more than %(most)s lines. Split it, please."
    ),
    "no_lines": gettext_noop("This file has no line beneath its header."),
    "no_header": gettext_noop("The first line must name the columns."),
    "disk_full": gettext_noop(
        "The server has no room for this file at the moment. Nothing was recorded "
        "since; try again later."
    ),
    "file_error": gettext_noop(
        "The server could not read or write the file. Try again later."
    ),
    "gave_up": gettext_noop(
        "This import failed several times at the same place. Nothing more was recorded."
    ),
    "too_old": gettext_noop("Nobody confirmed it for days: its file was removed."),
}
CELL_SENTENCES = {
    "formula_in_cell": gettext_noop(
        "This cell holds a formula. Put its result there as a value."
    ),
    "error_in_cell": gettext_noop("This cell holds an error of the workbook."),
    "cell_too_long": gettext_noop("This text is too long."),
    "cell_without_column": gettext_noop(
        "This line has a text outside of the columns: is a delimiter too many?"
    ),
    "control_character": gettext_noop(
        "This text holds a character that cannot be shown."
    ),
}


def why_file(code: str, about: dict[str, Any]) -> str:
    """Return why a whole file is refused."""
    if code == "wrong_columns":
        return " ".join(_wrong_columns(about))
    return _(FILE_SENTENCES[code]) % about


def why_cell(code: str) -> str:
    """Return why a cell is refused."""
    return _(CELL_SENTENCES[code])


def _wrong_columns(about: dict[str, list[str]]) -> list[str]:
    sentences = {
        "missing": _("These columns are missing: %s."),
        "unknown": _("These columns are not known: %s."),
        "twice": _("These columns are there twice: %s."),
    }
    # A column of ours by the name that a template gives it; a text of the file may end
    # with a full stop itself.
    named = {
        **about,
        "missing": [header(one, language()) for one in about["missing"]],
    }
    return [
        sentence % ", ".join(one.rstrip(" .") for one in named[key][:10])
        for key, sentence in sentences.items()
        if named[key]
    ]
