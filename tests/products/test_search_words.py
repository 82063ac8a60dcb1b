"""What a word is, for a search: folded, stemmed, and compared with its neighbours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from products.words import asking, folding, lexemes, spelling, stemming
from products.words.asking import POSTGRES, SQLITE
from products.words.lexemes import Said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Crème fraîche ÉPAISSE", ["creme", "fraiche", "epaisse"]),
        ("Bœuf à l’ancienne", ["boeuf", "a", "ancienne"]),
        ("Pain d'épices", ["pain", "epices"]),
        ("Weißbier", ["weissbier"]),
        ("Ben's Original", ["ben", "original"]),
        ("M&M's", ["m", "m"]),
        ("Coca-Cola 33cl", ["coca", "cola", "33cl"]),
        ("\uff2c\uff41\uff49\uff54\u3000entier", ["lait", "entier"]),
        ("Молоко 3,2%", ["молоко", "3", "2"]),
        ("🍫 — !!! \x00", []),
        ("d'", ["d"]),
    ],
)
def test_a_text_is_cut_into_plain_words(text: str, words: list[str]) -> None:
    assert folding.words(text) == words


def test_what_is_typed_in_one_is_known_as_well() -> None:
    stored = lexemes.lexemes(Said(("L’Oréal Coca-Cola",), (), ()), ())

    assert {"noreal", "nloreal", "ncoca", "ncola", "ncocacola"} <= set(stored.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("biscuits", "biscuit"),
        ("gateaux", "gateau"),
        ("tartiner", "tartine"),
        ("cookies", "cookie"),
        ("baking", "baked"),
    ],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert set(stemming.stems(one)) & set(stemming.stems(other))


@given(st.text(max_size=60))
@settings(max_examples=100)
def test_what_is_stored_is_plain_ascii_and_what_is_asked_is_well_formed(
    text: str,
) -> None:
    stored = lexemes.lexemes(Said((text,), (text,), ()), (lexemes.mark("a", text),))
    question = asking.read(text)

    assert all(one.isascii() and one.isalnum() for one in stored.split())
    assert len(question.words) <= asking.MAX_WORDS
    if question.words:
        assert all(POSTGRES.both for _one in asking.tiers(question, POSTGRES))
        for tier in asking.tiers(question, SQLITE):
            assert tier.count("(") == tier.count(")")
            assert tier.isascii()


def test_empty_words_are_left_out_unless_there_are_no_others() -> None:
    assert asking.read("pâte à tartiner").words == ("pate", "tartiner")
    assert asking.read("la de les").words == ("la", "de", "les")


@pytest.mark.parametrize(
    ("text", "is_open"),
    [("choc", True), ("choc ", False), ("ch", False), ("lait d", False), ("", False)],
)
def test_the_last_word_may_be_only_begun(text: str, is_open: bool) -> None:
    assert asking.read(text).is_open is is_open


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ("nutella", "nutella", 0),
        ("nutela", "nutella", 1),
        ("nutlela", "nutella", 1),
        ("nutellla", "nutella", 1),
        ("mutella", "nutella", 1),
        ("mutela", "nutella", 2),
        ("camenbert", "camembert", 1),
        ("lait", "chocolat", 3),
    ],
)
def test_letters_that_differ_are_counted(one: str, other: str, far: int) -> None:
    assert spelling.distance(one, other, 2) == far
    assert spelling.distance(other, one, 2) == far


def test_a_short_word_may_have_one_wrong_letter_and_a_long_one_two() -> None:
    assert spelling.nearest("liat", ["lait", "pain", "plat"]) == ["lait"]
    assert spelling.nearest("paon", ["lait"]) == []
    assert spelling.nearest("chcoalt", ["chocolat"]) == ["chocolat"]


LETTERS = st.text("abcdeimnorst", min_size=4, max_size=10)


@given(LETTERS, st.integers(0, 9), st.sampled_from("abcz"), st.integers(0, 3))
@settings(max_examples=100)
def test_one_wrong_letter_leaves_a_key_in_common(
    word: str, at: int, letter: str, kind: int
) -> None:
    at %= len(word)
    wrong = (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    )[kind]

    assert spelling.distance(word, wrong, 1) <= 1
    assert set(spelling.shortened(word)) & set(spelling.shortened(wrong))


def test_no_product_comes_first_because_its_number_is_low() -> None:
    numbers = [f"{number:014}" for number in range(0, 5000, 7)]
    places = [lexemes.position(["Lait"], number) for number in numbers]

    assert len(set(places)) == len(numbers)
    assert places != sorted(places)
    assert max(places) < lexemes.position(["Lait entier"], numbers[0])
    assert lexemes.position([], "9" * 14) < 2**63
