"""A file in which each line corrects the one before, and what came of it."""

from companies.models import Statement
from tests.companies.imports.runs import csv_file

COUNT = 40


def many(count: int = COUNT) -> bytes:
    """Return a file in which each line corrects the one before."""
    rows = [("employees", str(number)) for number in range(count)]
    return csv_file(rows, ("fact", "value"))


def values() -> list[str]:
    """Return what was recorded, in order, checking that it makes one chain."""
    chain = list(Statement.objects.order_by("pk"))
    assert [one.supersedes for one in chain] == [None, *chain[:-1]]
    return [str(one.value) for one in chain]
