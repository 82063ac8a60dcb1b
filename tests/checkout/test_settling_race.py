"""Five actors at once: one outcome. The naive form fails the same test."""

import pytest

from checkout.models import State
from tests import make
from tests.checkout import racing
from tests.checkout.racing import Raced

FEW, MANY = 20, 150


def raced(count: int) -> Raced:
    terminal = make.terminal(make.company("Magasin X")).terminal
    people = [make.shopper().shopper for _ in range(count)]
    return racing.race(racing.prepare(terminal, people))


def require_one_end_each(found: Raced, count: int) -> None:
    assert found.prompts == sum(found.ends.values()) == count
    # Nothing is refused by the table either: the update alone names the winner.
    assert (found.doubled, found.refused, found.contradicted) == (0, 0, 0)
    assert found.none == 0


@pytest.mark.django_db(transaction=True)
def test_five_actors_at_once_give_one_outcome() -> None:
    require_one_end_each(raced(FEW), FEW)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_five_actors_on_many_prompts_give_one_outcome_each() -> None:
    found = raced(MANY)

    require_one_end_each(found, MANY)
    # The race was one: several of the five won.
    assert len(found.ends) >= 3
    assert State.PENDING not in found.ends


# On SQLite a transaction that writes is alone from its beginning, which hides it.
@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_reading_before_writing_gives_two_outcomes() -> None:
    with racing.naive():
        found = raced(MANY)

    # Two actors were told that they ended it, or the table of outcomes refused one.
    assert found.doubled + found.refused > 0
