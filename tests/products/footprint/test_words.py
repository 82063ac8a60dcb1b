"""Sentences of the sheet: every rule has its own, and none says what law forbids."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import gettext, override

from products import vocabulary
from products.panels import eco_words, manufacturing, places, price_words

PRODUCTS = Path(vocabulary.__file__).parent
SECTIONS = ("places", "manufacturing", "price", "eco")
SOURCES = {
    "places": ["places/rules.py"],
    "manufacturing": ["durations.py"],
    "price": ["price/rules.py"],
    "eco": [
        "footprint/rules.py", "computing/green_score.py",
        "computing/environmental_cost.py",
    ],
}  # fmt: skip
WORDS = {
    "places": places.WORDS,
    "manufacturing": manufacturing.WORDS,
    "price": price_words.WORDS,
    "eco": eco_words.WORDS,
}
MARKERS = {"_", "gettext", "gettext_noop", "ngettext"}
# Directive (EU) 2024/825, and what a difference is not.
FORBIDDEN = re.compile(
    r"\b(vert|verte|verts|vertes|neutres?|neutralité|écologiques?|durables?|"
    r"éco-responsables?|propres?|certifiée?s?|mensonges?|fraudes?|tricheries?|"
    r"green(?!-score)|neutral|eco-friendly|ecological|sustainable|clean|certified|"
    r"lies?|fraud|cheat\w*)\b",
    re.IGNORECASE,
)


def sentences() -> Iterator[str]:
    """Yield every text that the panels of these sections mark for translation."""
    for path in (PRODUCTS / "panels").glob("*.py"):
        if path.stem.partition("_")[0] not in (*SECTIONS, "saying"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _is_marker(node.func):
                for argument in node.args:
                    if isinstance(argument, ast.Constant):
                        yield str(argument.value)


def _is_marker(called: ast.expr) -> bool:
    return isinstance(called, ast.Name) and called.id in MARKERS


def test_the_sentences_are_found() -> None:
    found = set(sentences())

    assert "What the work costs" in found
    assert len(found) > 120


@pytest.mark.parametrize("text", ["un produit vert", "certifié", "carbon neutral"])
def test_what_is_forbidden_is_recognised(text: str) -> None:
    assert FORBIDDEN.search(text)


def test_no_sentence_says_what_needs_a_proof() -> None:
    for language in ("fr", "en"):
        with override(language):
            for sentence in sentences():
                assert not FORBIDDEN.search(gettext(sentence)), sentence


def test_no_label_says_what_needs_a_proof() -> None:
    for section in vocabulary.sections():
        for field in section.fields:
            if section.key in SECTIONS:
                for label in (field.label_fr, field.label_en):
                    assert not FORBIDDEN.search(label.replace("Green-Score", ""))


@pytest.mark.parametrize("section", SECTIONS)
def test_every_rule_has_its_words_and_no_words_are_left_over(section: str) -> None:
    source = "".join(
        (PRODUCTS / path).read_text(encoding="utf-8") for path in SOURCES[section]
    )

    flagged = set(re.findall(rf'flag(?:ged)?\(\s*"({section}[.][a-z_]+)"', source))
    assert flagged == set(WORDS[section])
