"""Scans in the admin: the member sees its own products', and no small count."""

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from scanning.admin import scans as module
from scanning.models import DailyScans
from tests import make

pytestmark = pytest.mark.django_db
LIST = reverse("admin:scanning_dailyscans_changelist")
CSV = reverse("admin:scanning_dailyscans_csv")


def signed_in(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def scanned(gtin: str, count: int, *, days_ago: int = 0) -> DailyScans:
    day = timezone.localdate() - timedelta(days=days_ago)
    return DailyScans.objects.create(gtin=gtin, day=day, count=count)


def shown(browser: Client, address: str = LIST, **query: str) -> str:
    answer = browser.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.database
def test_a_member_sees_its_own_products_and_no_small_count() -> None:
    company = make.company()
    often, seldom = make.product(of=company, name="Pull"), make.product(of=company)
    foreign = make.product(of=make.company("Étrangère"), name="Étranger")
    scanned(often.gtin, 4711)
    scanned(seldom.gtin, 3)
    scanned(foreign.gtin, 815)
    scanned(make.gtin(), 816)

    page = shown(signed_in(make.member(company)))

    assert "4711" in page
    assert "&lt; 5" in page
    assert "Étranger" not in page
    assert ">815<" not in page
    assert ">816<" not in page
    # The sum is of what is shown: it tells nothing about what is not.
    assert "4,711 scans in all; 1 line below 5 is left out." in page
    assert "4,714" not in page


def test_the_operator_sees_every_count(admin_client: Client) -> None:
    scanned(make.gtin(), 3)

    page = shown(admin_client, LIST)

    assert re.search(r'class="[^"]*field-scans\b[^>]*>\s*3\s*<', page)
    assert "&lt; 5" not in page


@pytest.mark.parametrize(
    "query", [{"count__lt": "4"}, {"count": "3"}, {"count__gte": "3", "period": "all"}]
)
def test_a_filter_in_the_address_tells_nothing(query: dict[str, str]) -> None:
    company = make.company()
    scanned(make.product(of=company).gtin, 3)

    answer = signed_in(make.member(company)).get(LIST, query)

    assert answer.status_code == 400


@pytest.mark.database
def test_the_order_tells_nothing_of_small_counts() -> None:
    company = make.company()
    rows = [scanned(make.product(of=company).gtin, count) for count in (1, 4, 2, 9)]
    browser = signed_in(make.member(company))
    column = str(module.DailyScansAdmin.list_display.index("scans") + 1)

    results = browser.get(LIST, {"o": f"-{column}"}).context["cl"].result_list

    assert results[0].gtin == rows[3].gtin
    # Among the small ones the primary key decides, and not the count.
    assert [row.pk for row in results[1:]] == [rows[n].pk for n in (2, 1, 0)]


def test_the_row_s_own_page_hides_it_as_well() -> None:
    company = make.company()
    row = scanned(make.product(of=company).gtin, 3)
    address = reverse("admin:scanning_dailyscans_change", args=[row.pk])

    page = shown(signed_in(make.member(company)), address)

    assert "&lt; 5" in page
    assert '<div class="readonly">3</div>' not in page


def test_a_stranger_s_address_leads_nowhere() -> None:
    row = scanned(make.product(of=make.company()).gtin, 30)
    stranger = signed_in(make.member(make.company("Étrangère")))
    address = reverse("admin:scanning_dailyscans_change", args=[row.pk])

    assert stranger.get(address).status_code in {302, 403}
    assert row.gtin not in shown(stranger, CSV)


def test_a_person_without_the_right_gets_no_file() -> None:
    user = User.objects.create_user("ada", is_staff=True)

    assert signed_in(user).get(CSV).status_code == 403
    assert Client().get(CSV).status_code == 302


@pytest.mark.database
def test_the_file_says_what_the_list_says() -> None:
    company = make.company()
    product = make.product(of=company, name='=HYPERLINK("é")')
    scanned(product.gtin, 12)
    scanned(product.gtin, 4, days_ago=1)
    scanned(product.gtin, 77, days_ago=40)
    browser = signed_in(make.member(company))

    answer = browser.get(CSV)
    everything = shown(browser, CSV, period="all")

    today = timezone.localdate()
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode().splitlines() == [
        "\ufeffGTIN,Product,Day,Scans",
        f'{product.gtin},"\'=HYPERLINK(""é"")",{today},12',
        f'{product.gtin},"\'=HYPERLINK(""é"")",{today - timedelta(days=1)},< 5',
    ]
    assert ",77" in everything


@pytest.mark.parametrize("url", [LIST, CSV])
def test_a_filter_that_makes_no_sense_is_told(admin_client: Client, url: str) -> None:
    assert admin_client.get(url, {"day__gte": "xx"})["Location"].endswith("?e=1")
    assert admin_client.get(url, {"gtin__regex": "("}).status_code == 400


def test_a_file_that_is_too_long_is_refused_in_words(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_CSV_ROWS", 1)
    for _ in range(2):
        scanned(make.gtin(), 9)

    answer = admin_client.get(CSV, follow=True, headers={"Accept-Language": "en"})

    assert answer.redirect_chain == [(LIST, 302)]
    assert "Choose a period" in answer.content.decode()


def test_a_month_is_shown_unless_a_date_is_chosen(admin_client: Client) -> None:
    gtin = make.gtin()
    scanned(gtin, 11, days_ago=29)
    old = scanned(gtin, 22, days_ago=30)
    older = scanned(gtin, 33, days_ago=400)

    def counts(**query: str) -> list[int]:
        rows = admin_client.get(LIST, query).context["cl"].result_list
        return [row.count for row in rows]

    assert counts() == [11]
    assert counts(period="year") == [11, 22]
    assert counts(period="all") == [11, 22, 33]
    assert 33 in counts(day__year=str(older.day.year))
    chosen = {"day__year": old.day.year, "day__month": old.day.month}
    assert 22 in counts(**{key: str(value) for key, value in chosen.items()})


def test_the_list_is_searched_by_name_and_by_number(admin_client: Client) -> None:
    product = make.product(name="Crème brûlée")
    scanned(product.gtin, 11)
    scanned(make.gtin(), 22)

    by_name = admin_client.get(LIST, {"q": "brûlée"}).context["cl"].result_list
    by_number = admin_client.get(LIST, {"q": product.gtin}).context["cl"].result_list

    assert [row.count for row in by_name] == [row.count for row in by_number] == [11]


def test_bars_are_measured_against_the_longest(admin_client: Client) -> None:
    for count in (200, 100, 1):
        scanned(make.gtin(), count)

    page = shown(admin_client)

    widths = [f'<rect width="{width}"' in page for width in (120, 60, 1)]
    assert widths == [True, True, True]


def test_the_list_costs_the_same_queries_however_long() -> None:
    company = make.company()
    browser = signed_in(make.member(company))

    def queries(products: int) -> int:
        for _ in range(products):
            scanned(make.product(of=company).gtin, 9)
        with CaptureQueriesContext(connection) as captured:
            shown(browser)
        return len(captured)

    assert queries(1) == queries(7)


def test_hiding_can_be_switched_off(settings: LazySettings) -> None:
    settings.SMALL_COUNT = 0
    company = make.company()
    scanned(make.product(of=company).gtin, 1)

    assert "1 scan in all." in shown(signed_in(make.member(company)))
