"""
Which known word somebody meant who typed one that no product has. Pure.

A neighbour at one letter is found by what is left of both words when one letter is
missing: a word of five letters has too few trigrams for that, since two letters in the
wrong order leave one of seven. A long word two letters off is found by its trigrams.
"""

from collections.abc import Iterable, Mapping

SHORTEST, LONGEST = 4, 24
# From here on, two letters may be wrong.
LONG = 6
# A GIN index and SQLite's tokenizer take letters and digits: they say which key it is.
PAD = "0"


def may_be_misspelt(word: str) -> bool:
    """Say whether a folded word is one whose neighbours are known: of letters only."""
    return SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha()


def most_wrong(word: str) -> int:
    """Return how many letters of a word may be wrong."""
    return 2 if len(word) >= LONG else 1


def shortened(word: str) -> list[str]:
    """Return the keys of a word without one of its letters, and whole."""
    left = (word[:at] + word[at + 1 :] for at in range(len(word)))
    return [f"1{one}" for one in sorted({word, *left})]


def trigrams(word: str) -> list[str]:
    """Return the keys of three letters in a row; a word has ends, too."""
    padded = f"{PAD}{PAD}{word}{PAD}"
    return [
        f"3{one}"
        for one in sorted({padded[at : at + 3] for at in range(len(padded) - 2)})
    ]


def keys(word: str) -> list[str]:
    """Return all that a word is found by."""
    return [*shortened(word), *(trigrams(word) if len(word) >= LONG - 2 else [])]


def distance(one: str, other: str, most: int) -> int:
    """
    Return how many letters differ, at most `most + 1`.

    A letter more, less, other, or two neighbours in the wrong order count as one
    (Damerau and Levenshtein, optimal string alignment).
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, facing in enumerate(other, 1):
            cost = min(
                above[column] + 1,
                line[column - 1] + 1,
                above[column - 1] + (letter != facing),
            )
            if (
                row > 1
                and column > 1
                and letter == other[column - 2]
                and one[row - 2] == facing
            ):
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, above = above, line
    return min(above[-1], most + 1)


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words that are nearest, and near enough; those alike first."""
    most = most_wrong(word)
    measured = [(distance(word, one, most), one) for one in known]
    least = min((far for far, _one in measured), default=most + 1)
    if least > most:
        return []
    found = [one for far, one in measured if far == least]
    # Few misspell the first letter.
    return sorted(found, key=lambda one: (one[0] != word[0], one))


def chosen(word: str, candidates: Iterable[str], counts: Mapping[str, int]) -> str:
    """Return the candidate that most products have, or nothing if none has one."""
    had = [one for one in candidates if counts.get(one)]
    return max(had, key=lambda one: (one[0] == word[0], counts[one], one), default="")
