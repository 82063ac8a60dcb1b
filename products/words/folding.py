"""
Texts cut into words, without case, accents and punctuation. Pure.

“L’Œuf Coco-Lait” gives `oeuf`, `coco`, `lait`, and what its pieces make when they are
typed in one: `loeuf`, `cocolait`.
"""

import re
import unicodedata
from typing import NamedTuple

LONGEST_TEXT = 1000
LONGEST_WORD = 40
# What no decomposition takes apart.
LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)
# Left and right quotation marks, the letter apostrophe, accents typed alone, a prime.
APOSTROPHES = dict.fromkeys((0x2018, 0x2019, 0x02BC, 0xB4, 0x60, 0x2032), "'")
PIECE = re.compile(r"[^\W_]+")
# French words that lost their vowel before another one: no words by themselves.
ELIDED = frozenset(
    {*"cdjlmnst", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "presqu", "quelqu"}
)


class Chunk(NamedTuple):
    """What stands between two spaces: its words, and all its pieces in one."""

    words: tuple[str, ...]
    joined: str


def fold(text: str) -> str:
    """Return a text in plain small letters: no accents, no ligatures, no full width."""
    # First of all: an accent that was typed alone would be taken apart.
    plain = text[:LONGEST_TEXT].translate(APOSTROPHES)
    lowered = unicodedata.normalize("NFKC", plain).casefold().translate(LETTERS)
    parts = unicodedata.normalize("NFKD", lowered)
    return "".join(one for one in parts if not unicodedata.combining(one))


def chunks(text: str) -> list[Chunk]:
    """Return what a text is made of, as it stands; nothing of what has no letter."""
    found = (_chunk(one) for one in fold(text).split())
    return [one for one in found if one.words]


def words(text: str) -> list[str]:
    """Return the words of a text, in its order."""
    return [word for chunk in chunks(text) for word in chunk.words]


def _chunk(text: str) -> Chunk:
    pieces = list(PIECE.finditer(text))
    kept = [
        piece[0][:LONGEST_WORD]
        for number, piece in enumerate(pieces)
        if not _is_elided(text, pieces, number) and not _is_possessive(text, piece)
    ]
    joined = "".join(piece[0] for piece in pieces)[:LONGEST_WORD]
    return Chunk(tuple(kept), joined)


def _is_elided(text: str, pieces: list[re.Match[str]], number: int) -> bool:
    piece = pieces[number]
    if piece[0] not in ELIDED or number == len(pieces) - 1:
        return False
    following = pieces[number + 1]
    return text[piece.end()] == "'" and not _is_possessive(text, following)


def _is_possessive(text: str, piece: re.Match[str]) -> bool:
    """Say whether this is the end of “Ben’s”."""
    at = piece.start()
    return piece[0] == "s" and at > 1 and text[at - 1] == "'" and text[at - 2].isalnum()
