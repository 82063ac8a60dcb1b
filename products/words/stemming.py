"""
Forms of a word brought together: “biscuits” and “biscuit”, “baking” and “bake”. Pure.

Source: the Snowball algorithms for French and English (Porter 2). Names of products mix
both languages, and whoever asks says in which one less often still: a word is found by
its stem in either.
"""

import threading
from functools import lru_cache

from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.french_stemmer import FrenchStemmer

# A catalogue says the same words again and again.
REMEMBERED = 50_000
SHORTEST = 4

_local = threading.local()


@lru_cache(REMEMBERED)
def stems(word: str) -> tuple[str, ...]:
    """Return a folded word and its stems, each once, the word first."""
    if len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
        return (word,)
    found = (stemmer.stemWord(word) for stemmer in _stemmers())
    return tuple(dict.fromkeys((word, *(stem for stem in found if stem))))


def _stemmers() -> tuple[FrenchStemmer, EnglishStemmer]:
    """Return the stemmers of this thread: each keeps the word that it works on."""
    if not hasattr(_local, "stemmers"):
        _local.stemmers = FrenchStemmer(), EnglishStemmer()
    found: tuple[FrenchStemmer, EnglishStemmer] = _local.stemmers
    return found
