"""Sealed secrets: they open with our keys, old and new, and with no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from common.sealing import SealBroken, seal, unseal

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS)
def test_what_is_sealed_opens(text: str) -> None:
    assert unseal(seal(text)) == text


def test_the_seal_hides_the_text_and_never_repeats() -> None:
    first, second = seal("whsec_abc"), seal("whsec_abc")

    assert first.isascii()
    assert first != second
    assert "whsec_abc" not in first


def test_an_earlier_key_opens_what_it_sealed(settings: Settings) -> None:
    settings.SECRET_KEY = "of last year"
    sealed = seal("the secret")
    settings.SECRET_KEY = "of this year"
    settings.SECRET_KEY_FALLBACKS = ["older still", "of last year"]

    assert unseal(sealed) == "the secret"


def test_a_forgotten_key_opens_nothing(settings: Settings) -> None:
    sealed = seal("the secret")
    settings.SECRET_KEY = "another"
    settings.SECRET_KEY_FALLBACKS = []

    with pytest.raises(SealBroken):
        unseal(sealed)


@pytest.mark.parametrize("position", [0, 10, 40, -2])
def test_an_altered_seal_does_not_open(position: int) -> None:
    sealed = bytearray(seal("the secret").encode())
    sealed[position] = ord("A") if sealed[position] != ord("A") else ord("B")

    with pytest.raises(SealBroken):
        unseal(sealed.decode())


@pytest.mark.parametrize("sealed", ["", "é", "not sealed", "AAAA"])
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(SealBroken):
        unseal(sealed)
