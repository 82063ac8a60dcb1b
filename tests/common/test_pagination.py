"""Lists by cursor: newest first, and a page never shifts while rows arrive."""

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from common.pagination import NewestFirst
from companies.models import Company
from tests import make

pytestmark = pytest.mark.django_db


def read(url: str) -> tuple[list[str], str | None]:
    """Return the names on the page at `url`, and the address of the next one."""
    paginator = NewestFirst()
    request = Request(APIRequestFactory().get(url))
    page = paginator.paginate_queryset(Company.objects.all(), request)
    assert page is not None
    return [company.name for company in page], paginator.get_next_link()


def test_the_second_page_does_not_shift_when_a_row_arrives() -> None:
    for name in "abc":
        make.company(name)
    first, following = read("/?page_size=2")
    make.company("d")
    assert following is not None

    assert first == ["c", "b"]
    assert read(following) == (["a"], None)


@pytest.mark.parametrize(("asked", "given"), [("1000", 100), ("0", 20), ("x", 20)])
def test_a_page_has_at_most_a_hundred(asked: str, given: int) -> None:
    Company.objects.bulk_create(Company(name=f"n{n}") for n in range(101))

    names, _following = read(f"/?page_size={asked}")

    assert len(names) == given
