"""Searches of a catalogue that grows, in a database of its own."""

import os
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random
from statistics import median, quantiles
from typing import Any

SMALL = 1000
QUICK, THOROUGH = 20_000, 1_000_000
AT_ONCE = 1000
SYLLABLES = (
    *("ba", "ca", "cho", "co", "da", "de", "fa", "fri", "ga", "gou", "ja", "ka", "la"),
    *("lai", "lo", "ma", "mi", "mou", "na", "no", "pa", "pe", "pi", "ra", "ri", "ro"),
    *("sa", "so", "ta", "ti", "tou", "va", "vi", "ze"),
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
MISSPELT = 400


def run(arguments: Sequence[str]) -> None:
    """Measure and print; exit with 1 when fewer words are understood than promised."""
    parser = ArgumentParser(
        prog="product_search.py", description="What a search costs."
    )
    parser.add_argument("--products", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--sqlite", action="store_true", help="the embedded mode")
    parser.add_argument("--thorough", action="store_true", help="a million products")
    options = parser.parse_args(arguments)
    options.products = options.products or (THOROUGH if options.thorough else QUICK)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["FLASHSESAME_DATA_DIR"] = folder
        os.environ.pop("FLASHSESAME_DATABASE_URL", None)
        if options.sqlite:
            sys.exit(not _measure(options))
        from config.testing.postgres import postgres

        with postgres() as url:
            os.environ["FLASHSESAME_DATABASE_URL"] = url
            is_right = _measure(options)
    sys.exit(not is_right)


def _measure(options: Namespace) -> bool:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", interactive=False, verbosity=0)
    _say(f"{connection.vendor}, {os.cpu_count()} processors, {options.rounds} rounds")
    products = _products()
    figures: dict[int, dict[str, list[float]]] = {}
    filled = 0
    for size in (SMALL, options.products):
        began = time.perf_counter()
        _fill(islice(products, size - filled))
        seconds = time.perf_counter() - began
        _say(f"{size} products: {(size - filled) / seconds:.0f} a second indexed")
        filled = size
        connection.cursor().execute("ANALYZE")
        figures[size] = _timed(options.rounds)
    for name, many in figures[options.products].items():
        few = figures[SMALL][name]
        p50, p99, before = median(many), quantiles(many, n=100)[98], median(few)
        _say(
            f"{name:28} p50 {p50:7.2f} ms  p99 {p99:7.2f}"
            f"  (with {SMALL}: {before:6.2f})  ratio {p50 / before:.2f}"
        )
    return _recall()


def _questions() -> dict[str, list[str]]:
    """Return the texts that are asked, by what is particular about them."""
    random = Random(7)
    known = [_word(rank) for rank in range(60)]
    wrong = [_misspelt(random, _word(rank), 1) for rank in range(20, 60)]
    pairs = [f"{_word(rank)} {_word(rank + 9)}" for rank in range(40)]
    return {
        "a common word": known[:5],
        "a word": known[20:],
        "two words": pairs,
        "two common words": [f"{known[0]} {known[1]}", f"{known[2]} {known[3]}"],
        "a word that is begun": [one[:4] for one in known[20:]],
        "a misspelt word": wrong,
        "two letters wrong": [
            _misspelt(random, _word(rank), 2)
            for rank in range(20, 200)
            if len(_word(rank)) >= 7
        ][:40],
        "a word that nothing is like": ["qqxqqwqq", "zzwxzzwx"],
        "no word: all by name": [""],
    }


def _timed(rounds: int) -> dict[str, list[float]]:
    from products.searching import Wanted, find

    figures: dict[str, list[float]] = {}
    questions = _questions()
    for texts in questions.values():
        # What is read from the disk or compiled once is no part of a search.
        find(Wanted(text=texts[0], language="fr", size=20))
    for turn in range(rounds):
        for name, texts in questions.items():
            text = texts[turn % len(texts)]
            began = time.perf_counter()
            find(Wanted(text=text, language="fr", size=20))
            figures.setdefault(name, []).append(1000 * (time.perf_counter() - began))
    return figures


def _recall() -> bool:
    """Say how many misspelt words of the catalogue were taken for the right one."""
    from products.models import SearchWord
    from products.searching import Wanted, find

    random = Random(11)
    known = list(SearchWord.objects.order_by("word").values_list("word", flat=True))
    is_right = True
    for wrong, shortest, least in ((1, 4, 0.8), (2, 7, 0.6)):
        words = [one for one in known if len(one) >= shortest]
        asked = [random.choice(words) for _ in range(MISSPELT)]
        near = exact = 0
        for word in asked:
            text = _misspelt(random, word, wrong)
            found = find(Wanted(text=f"{text} ", language="fr", size=20))
            taken = found.taken.get(text, text)
            exact += taken == word
            # Made-up words have many neighbours: another one may be as near.
            near += bool(found.cards)
        _say(
            f"{wrong} wrong: {exact / MISSPELT:.1%} of {MISSPELT} taken for the word "
            f"meant, {near / MISSPELT:.1%} for some word"
        )
        is_right = is_right and near / MISSPELT >= least
    return is_right


def _fill(products: Iterator[tuple[str, dict[str, Any]]]) -> None:
    from django.db import transaction

    from products import search_index
    from products.models import Product

    for some in _batched(products):
        with transaction.atomic():
            Product.objects.bulk_create(
                [Product(gtin=gtin, name=content["name"]) for gtin, content in some]
            )
            search_index.index(
                {gtin: {"fr": content, "en": content} for gtin, content in some},
                {gtin: 1 for gtin, _content in some},
            )


def _batched(
    products: Iterator[tuple[str, dict[str, Any]]],
) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    while some := list(islice(products, AT_ONCE)):
        yield some


def _products() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return products whose words are as unequal as those of a shop."""
    random = Random(3)
    number = 0
    while True:
        number += 1
        words = [_word(_rank(random, number)) for _ in range(random.randint(1, 6))]
        brand = _word(10_000 + _rank(random, number) % 3000)
        category = f"en:{_word(random.randrange(40))}"
        gtin = f"{number:014}"
        yield gtin, _content(gtin, " ".join(words), brand, category)


def _rank(random: Random, number: int) -> int:
    """Return a rank by Zipf’s law; a larger catalogue has more words."""
    most = 2000 + int(60 * number**0.6)
    return int(most ** random.random()) - 1


def _word(rank: int) -> str:
    """Return the word of a rank: the same in each run."""
    random = Random(rank)
    return "".join(random.choice(SYLLABLES) for _ in range(2 + rank % 3)) + (
        random.choice("lnrst")
    )


def _content(gtin: str, name: str, brand: str, category: str) -> dict[str, Any]:
    def known(value: Any, text: str) -> dict[str, Any]:
        return {"status": "known", "value": value, "text": text}

    return {
        "gtin": gtin,
        "name": name,
        "fictitious": True,
        "sections": {
            "identity": {
                "fields": {
                    "name": known({"fr": name}, name),
                    "brand": known(brand, brand),
                    "category": known([category], category[3:]),
                }
            },
            "company": {},
        },
    }


def _misspelt(random: Random, word: str, wrong: int) -> str:
    for _ in range(wrong):
        at = random.randrange(len(word) - 1)
        letter = random.choice(LETTERS)
        word = random.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            )
        )
    return word


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
