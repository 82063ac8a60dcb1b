"""Thousands of inputs and outputs in one event cost their sum, not their product."""

from products.epcis import reading
from products.epcis.walking import journey
from tests.products.epcis import world
from tests.products.epcis.world import FIBRE, GTIN, PORTO, made, recorded

MANY = 700
LOTS = [f"https://id.gs1.org/01/{GTIN}/10/I{n}" for n in range(MANY)]
ITEMS = [f"https://id.gs1.org/01/{GTIN}/21/O{n}" for n in range(MANY)]
HUB = [
    made("02-01T10:00", PORTO, [FIBRE], LOTS),
    made("02-02T10:00", PORTO, LOTS, ITEMS),
]


def test_a_bath_of_many_things_is_read_and_told_as_two_steps() -> None:
    assert reading.read(HUB, now=world.NOW).problems == ()

    found = journey(recorded(*HUB), world.thing(ITEMS[0]))

    assert [step.inputs for step in found.steps] == [1, MANY]
    assert [gap.code for gap in found.gaps] == ["origin"]


def test_a_circle_through_a_bath_is_named_once() -> None:
    back = made("02-03T10:00", PORTO, ITEMS, [LOTS[0]])

    found = reading.read([*HUB, back], now=world.NOW)

    codes = [problem.code for problem in found.problems]
    assert codes.count("cyclic_transformation") == 1
    assert found.events == ()
