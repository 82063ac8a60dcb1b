"""
What is stored of a product for its words to be found. Pure.

A lexeme is a letter for the field it stands in, and the word: `nlait` is “lait” in a
name, `blait` in a brand, `olait` elsewhere. An index of lexemes then knows by itself
what weighs more, without looking at the product. They are ASCII letters and digits,
whatever the script: no database cuts or compares them by rules of its own.
"""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from products.words.folding import chunks, fold, words
from products.words.stemming import stems

NAME, BRAND, OTHER = "n", "b", "o"
MARK = "x"
# Enough for a name in every language of Europe.
MOST_LEXEMES = 600
LONGEST_PLACE = 99
GTINS = 10**14
# Odd and no multiple of 5: multiplying by it is one-to-one among the 14-digit numbers.
SCATTER = 38_196_601_125_013
WIDTH_OF_ORDER = 80


class Said(NamedTuple):
    """What a sheet says of a product in words, in every language."""

    names: tuple[str, ...]
    brands: tuple[str, ...]
    others: tuple[str, ...]


def lexemes(said: Said, marks: Iterable[str]) -> str:
    """Return all that a product is found by, with spaces between."""
    found = dict.fromkeys(marks)
    for field, texts in zip((NAME, BRAND, OTHER), said, strict=True):
        for text in texts:
            found.update(dict.fromkeys(f"{field}{one}" for one in _forms(text)))
    return " ".join(list(found)[:MOST_LEXEMES])


def _forms(text: str) -> Iterable[str]:
    for chunk in chunks(text):
        for word in (*chunk.words, chunk.joined):
            for form in stems(word):
                yield encoded(form)


def spoken(said: Said) -> set[str]:
    """Return the words themselves, of which a misspelt one may be a neighbour."""
    return {word for texts in said for text in texts for word in words(text)}


def encoded(word: str) -> str:
    """Return a word in ASCII; what begins alike still does."""
    if word.isascii():
        return word
    return "".join(one if one.isascii() else f"u{ord(one):05x}" for one in word)


def mark(kind: str, value: str) -> str:
    """Return the lexeme of an exact value by which a list is filtered."""
    said = f"{kind}={fold(value).strip()}".encode()
    return MARK + hashlib.blake2b(said, digest_size=10).hexdigest()


def position(names: Iterable[str], gtin: str) -> int:
    """
    Return where a product stands among those that fit a question equally well.

    A short name first, which says little else than what was asked. Among names of the
    same length the numbers are scattered: no company comes first because its numbers
    are low, and what is found is spread evenly for whoever reads in this order.
    """
    lengths = [length for name in names if (length := len(words(name)))]
    place = min(*lengths, LONGEST_PLACE) if lengths else LONGEST_PLACE
    return place * GTINS + int(gtin) * SCATTER % GTINS


def order(name: str) -> str:
    """Return by what a name is sorted: its words, without accents."""
    return " ".join(encoded(one) for one in words(name))[:WIDTH_OF_ORDER]
