"""Where a page ends, as a text that only we can write."""

from typing import Any, NamedTuple

from django.core import signing

SALT = "products.search"


class BrokenCursor(Exception):
    """Not a cursor of ours."""


class Cursor(NamedTuple):
    """
    The last product seen, and the way on; what was searched instead of what was typed.

    `after` is the tier and the order within it. A page that was begun with corrected
    words goes on with them, whatever words are known by then.
    """

    after: tuple[int, int | str, str]
    is_backwards: bool
    taken: dict[str, str]

    def text(self) -> str:
        """Return the cursor, signed."""
        said = [list(self.after), self.is_backwards, self.taken]
        return signing.dumps(said, salt=SALT, compress=True)


def read_cursor(text: str) -> Cursor:
    """Return what `text` says, or raise `BrokenCursor`."""
    try:
        (tier, at, gtin), is_backwards, taken = signing.loads(text, salt=SALT)
    # A text that is no base64, or no ASCII, is no signature either.
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BrokenCursor from error
    return Cursor((tier, at, gtin), is_backwards, taken)


def of_row(row: Any, taken: dict[str, str], *, is_backwards: bool) -> Cursor:
    """Return the cursor that goes on from a row."""
    return Cursor((row.tier, row.at, row.gtin), is_backwards, taken)
