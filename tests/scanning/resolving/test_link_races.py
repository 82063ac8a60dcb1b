"""Two people register at once: the rules about several links hold all the same."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from common.errors import DomainError
from scanning.models import Anchor, Link
from scanning.resolving.rules import Entry
from scanning.services import linking
from scanning.services.linking import Line
from tests import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

THREADS = 6


def at_once(work: Callable[[int], object]) -> list[str]:
    """Do `work` in several threads at once; return the codes of what was refused."""
    ready = Barrier(THREADS)

    def one(number: int) -> str:
        ready.wait()
        try:
            work(number)
        except DomainError as refused:
            return refused.code
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_of_defaults_registered_at_once_one_stands() -> None:
    path = f"/01/{make.product(of=make.company()).pk}"

    def register(number: int) -> None:
        href = f"https://b.example/{number}"
        line = Line(path, Entry("gs1:pip", href, "Page", is_default=True))
        linking.register_links(lines=[line], author=None)

    outcomes = at_once(register)

    assert sorted(outcomes) == ["", *["link_refused"] * (THREADS - 1)]
    assert Link.objects.get().anchor == Anchor.objects.get()


def test_of_versions_made_at_once_one_is_the_next() -> None:
    path = f"/01/{make.product(of=make.company()).pk}"
    line = Line(path, Entry("gs1:pip", "https://b.example/", "Page", is_default=True))
    [link] = linking.register_links(lines=[line], author=None)

    def replace(number: int) -> None:
        seen = Link.objects.get(pk=link.pk)
        changes = {"href": f"https://b.example/{number}"}
        linking.replace_link(link=seen, changes=changes, author=None)

    outcomes = at_once(replace)

    assert sorted(outcomes) == ["", *["link_already_retired"] * (THREADS - 1)]
    assert Link.objects.in_force().count() == 1
    assert Link.objects.count() == 2


def test_a_default_is_not_retired_under_a_link_that_needs_it() -> None:
    product = make.product(of=make.company())
    line = Line(
        f"/01/{product.pk}",
        Entry("gs1:pip", "https://b.example/", "Page", is_default=True),
    )
    [link] = linking.register_links(lines=[line], author=None)

    def work(number: int) -> None:
        if number == 0:
            linking.retire_link(link=link, author=None)
            return
        entry = Entry("gs1:dpp", f"https://b.example/{number}", "Passport")
        line = Line(f"/01/{product.pk}/21/S{number}", entry)
        linking.register_links(lines=[line], author=None)

    at_once(work)

    in_force = Link.objects.in_force()
    assert not in_force.exists() or in_force.filter(is_default=True).exists()
