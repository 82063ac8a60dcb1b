"""Which events are asked for, and on which lot a product's journey stands."""

from collections.abc import Iterable

from products.epcis.gathering import Recorded, gather
from products.epcis.representing import representative
from products.epcis.walking import journey
from tests.products.epcis import world
from tests.products.epcis.world import (
    FIBRE,
    GTIN,
    ITEM,
    LOT,
    OTHER_LOT,
    PALLET,
    PORTO,
    SIBLING,
    YARN,
    made,
    packed,
    recorded,
    seen,
)  # fmt: skip

WORLD = recorded(
    made("02-01T10:00", PORTO, [FIBRE], [YARN]),
    made("02-03T10:00", PORTO, [YARN], [LOT]),
    made("02-04T10:00", PORTO, [LOT], [ITEM, SIBLING]),
    packed("02-05T10:00", ITEM, SIBLING),
    seen("02-06T10:00", PORTO, PALLET),
    seen("02-07T10:00", PORTO, SIBLING),
    made("02-08T10:00", PORTO, [FIBRE], [OTHER_LOT]),
)


class Shelf:
    """A store of events that notes what it was asked for."""

    def __init__(self, events: list[Recorded]) -> None:
        self.events = events
        self.asked: list[frozenset[str]] = []

    def __call__(self, keys: frozenset[str]) -> Iterable[Recorded]:
        self.asked.append(keys)
        return [one for one in self.events if keys & set(one.event.roles)]


def test_each_generation_is_asked_once_and_siblings_never() -> None:
    shelf = Shelf(WORLD)

    gather(world.thing(ITEM), shelf)

    assert shelf.asked == [{ITEM}, {LOT, PALLET}, {YARN}, {FIBRE}]


def test_the_journey_of_what_is_gathered_is_that_of_everything() -> None:
    start = world.thing(ITEM)

    gathered = gather(start, Shelf(WORLD))

    assert journey(gathered, start).items() == journey(WORLD, start).items()


def test_a_limit_cuts_and_the_cut_shows_as_a_gap() -> None:
    start = world.thing(LOT)
    whole = recorded(*(one.event.content for one in WORLD[:2]))

    gathered = gather(start, Shelf(whole), limit=1)

    assert len(gathered) == 1
    assert [gap.code for gap in journey(gathered, start).gaps] == ["origin"]


def test_events_that_lead_in_circles_are_asked_for_once() -> None:
    back = made("02-09T10:00", PORTO, [LOT], [YARN])
    shelf = Shelf([*WORLD, *recorded(back)])

    gather(world.thing(LOT), shelf)

    asked = [key for keys in shelf.asked for key in keys]
    assert len(asked) == len(set(asked))


def test_the_latest_lot_that_was_made_stands_for_the_product() -> None:
    assert representative(WORLD, GTIN) == world.thing(OTHER_LOT)
    assert representative(WORLD[:6], GTIN) == world.thing(LOT)


def test_an_item_stands_for_the_product_only_where_no_lot_does() -> None:
    only_items = recorded(made("02-04T10:00", PORTO, [YARN], [ITEM]))

    assert representative(only_items, GTIN) == world.thing(ITEM)


def test_a_lot_named_by_master_data_stands_for_its_items() -> None:
    content = {
        **made("02-04T10:00", PORTO, [YARN], [ITEM]),
        "ilmd": {"gs1:hasBatchLotNumber": "LOT-1"},
    }

    assert representative(recorded(content), GTIN) == world.thing(LOT)


def test_nothing_stands_for_a_product_that_events_name_without_number() -> None:
    model = f"https://id.gs1.org/01/{GTIN}"

    assert representative(recorded(seen("02-04T10:00", PORTO, model)), GTIN) is None
    assert representative(WORLD, "09521234008002") is None


def test_a_lot_whose_making_was_declared_wrong_stands_for_nothing() -> None:
    content = WORLD[-1].event.content
    declared = {
        **content,
        "errorDeclaration": {"declarationTime": "2026-02-09T10:00:00Z"},
    }

    found = representative([*WORLD, *recorded(declared)], GTIN)

    assert found == world.thing(LOT)
