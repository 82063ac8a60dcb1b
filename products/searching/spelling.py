"""
What was meant by words that no product has.

Asked only when nothing was found: one query for which words are known, two at most for
each of the first few that are not, and one for which neighbour more products have.
"""

from products.searching import statements
from products.searching.statements import dialect
from products.words import asking, spelling
from products.words.asking import Question

MOST_CORRECTED = 3
MOST_NEIGHBOURS = 500
MOST_ALIKE = 100
MOST_WEIGHED = 8


def meant(alias: str, question: Question) -> dict[str, str]:
    """Return, for words of a question that no product has, those nearest to them."""
    candidates = {
        word: near
        for word in _unknown(alias, question)[:MOST_CORRECTED]
        if (near := _near(alias, word))
    }
    return _most_had(alias, candidates)


def _unknown(alias: str, question: Question) -> list[str]:
    written = dialect(alias)
    looked_for = [
        asking.word(
            word,
            written,
            is_open=question.is_open and word == question.words[-1],
        )
        for word in question.words
    ]
    counted = statements.counts(alias, looked_for)
    return [
        word
        for word, count in zip(question.words, counted, strict=True)
        if not count and spelling.may_be_misspelt(word)
    ]


def _near(alias: str, word: str) -> list[str]:
    """Return the nearest known words, one letter off before two."""
    keys = spelling.shortened(word)
    near = spelling.nearest(
        word, statements.words_with_a_key(alias, keys, MOST_NEIGHBOURS)
    )
    if near or spelling.most_wrong(word) == 1:
        return near[:MOST_WEIGHED]
    lengths = (len(word) - 2, len(word) + 2)
    alike = statements.words_with_most_keys(
        alias, spelling.trigrams(word), lengths, MOST_ALIKE
    )
    return spelling.nearest(word, alike)[:MOST_WEIGHED]


def _most_had(alias: str, candidates: dict[str, list[str]]) -> dict[str, str]:
    written = dialect(alias)
    every = sorted({one for near in candidates.values() for one in near})
    counted = statements.counts(alias, [asking.word(one, written) for one in every])
    counts = dict(zip(every, counted, strict=True))
    taken = {
        word: spelling.chosen(word, near, counts) for word, near in candidates.items()
    }
    return {word: one for word, one in taken.items() if one}
