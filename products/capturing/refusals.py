"""Why an event or a document is refused: stable codes, and their sentences."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext, gettext_noop

from products.epcis.problems import SENTENCES

# Of ours; those of reading are with it.
WORDS = {
    "foreign_product": gettext_noop(
        "The product %(gtin)s is another company’s: only it says how it was made."
    ),
    "foreign_event": gettext_noop(
        "Another company captured this event: only it may declare it wrong."
    ),
    "text_too_long": gettext_noop("At most %(most)s characters."),
    "too_many_things": gettext_noop(
        "This document names %(things)s objects; %(most)s at most are taken at once. "
        "Send it in several documents."
    ),
    "empty": gettext_noop("This document is empty."),
    "events_refused": gettext_noop(
        "Some events are refused, so nothing of this document was recorded. Correct "
        "them and send it again; what is recorded already is recorded once."
    ),
    "nothing_valid": gettext_noop("No event of this document can be recorded."),
    "gave_up": gettext_noop(
        "This document could not be recorded after several attempts. Send it again in "
        "several documents, or ask who runs the service."
    ),
    "disk_full": gettext_noop("The server has no room at the moment. Try again later."),
    "file_error": gettext_noop(
        "The document could not be read back from the server’s disk. Send it again."
    ),
}


class Refusal(NamedTuple):
    """
    One thing that is wrong.

    `event` counts from 0 in the document, and is none for what concerns all of it;
    `path` is the JSON path, below the event where there is one.
    """

    event: int | None
    path: str
    code: str
    values: Mapping[str, str]


def words(code: str, values: Mapping[str, object]) -> str:
    """Return the sentence of a code in the active language."""
    template = WORDS.get(code) or SENTENCES.get(code)
    if template is None:
        return code
    try:
        return gettext(template) % values
    except KeyError:
        return gettext(template)
