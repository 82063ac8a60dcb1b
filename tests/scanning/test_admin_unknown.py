"""The queue of codes to declare: who sees which, who decides, what stays hidden."""

import re
from datetime import date

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies.models import Company
from products import gtin as arithmetic
from scanning.models import CodeReport, DailyScans, OutsideProduct, UnknownCode
from scanning.models.unknown import company_prefix
from tests import make
from tests.scanning.test_admin_scans import signed_in

pytestmark = pytest.mark.django_db
LIST = reverse("admin:scanning_unknowncode_changelist")
TODAY = date(2026, 11, 20)


def number(body: str) -> str:
    return body + str(arithmetic.check_digit(body))


def unknown(gtin: str, scans: int = 0, **columns: object) -> UnknownCode:
    return UnknownCode.objects.create(
        gtin=gtin,
        prefix=company_prefix(gtin),
        scans=scans,
        first_seen=TODAY,
        last_seen=TODAY,
        **columns,
    )


@pytest.fixture
def company() -> Company:
    """Return a company whose numbers begin with 3 017 62042."""
    company = make.company()
    make.product(number("0301762042000"), of=company)
    return company


def page(browser: Client, **query: str) -> str:
    answer = browser.get(LIST, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.database
def test_a_member_sees_the_codes_that_begin_like_its_own(company: Company) -> None:
    own = unknown(number("0301762042123"), 4712)
    carton = unknown(number("1301762042123"), 12)
    foreign = unknown(number("0301762999123"), 815)

    text = page(signed_in(make.member(company)))

    assert own.gtin in text
    assert carton.gtin in text
    assert foreign.gtin not in text


def test_a_short_number_is_nobody_s_to_guess() -> None:
    company = make.company()
    make.product("00000095200015"[:13] + "4", of=company)
    short = unknown(number("0000009520009"), 50)

    assert short.prefix == ""
    assert short.gtin not in page(signed_in(make.member(company)))


def cells(text: str) -> set[str]:
    """Return what the column of scans shows."""
    found = re.findall(r'class="[^"]*field-scans_shown\b[^>]*>([^<]*)<', text)
    return {one.strip() for one in found}


@pytest.mark.database
def test_a_member_sees_steps_and_no_small_count(company: Company) -> None:
    unknown(number("0301762042123"), 4713)
    unknown(number("0301762042124"), 4)

    text = page(signed_in(make.member(company)))

    assert cells(text) == {"4710", "&lt; 5"}
    assert "4713" not in text


def test_the_operator_sees_all_of_them_most_scanned_first(admin_client: Client) -> None:
    for scans in (3, 4713, 12):
        unknown(make.gtin(), scans)

    rows = admin_client.get(LIST).context["cl"].result_list

    assert [row.scans for row in rows] == [4713, 12, 3]
    assert "4713" in cells(page(admin_client))


@pytest.mark.database
def test_the_order_and_the_address_tell_nothing_of_small_counts(
    company: Company,
) -> None:
    codes = [
        unknown(number(f"030176204212{last}"), scans)
        for last, scans in enumerate((1, 4, 2, 9, 8))
    ]
    browser = signed_in(make.member(company))

    rows = browser.get(LIST).context["cl"].result_list

    # Steps first, then by number: 9 and 8 are one step, 1, 4 and 2 another.
    expected = [codes[n].gtin for n in (3, 4, 0, 1, 2)]
    assert [row.gtin for row in rows] == expected
    for probe in ({"scans__lt": "3"}, {"reports": "0"}, {"said__name": "x"}):
        assert browser.get(LIST, probe).status_code == 400


def test_a_declared_code_leaves_the_queue(company: Company) -> None:
    gtin = number("0301762042123")
    unknown(gtin, 50)
    make.product(gtin, of=company, published=True)
    browser = signed_in(make.member(company))

    assert gtin not in page(browser)
    assert gtin in page(browser, state="declared")
    assert gtin in page(browser, state="all")


def test_declaring_opens_the_form_with_the_number(company: Company) -> None:
    gtin, begun = number("0301762042123"), number("0301762042124")
    unknown(gtin, 50)
    unknown(begun, 50)
    make.product(begun, of=company)
    browser = signed_in(make.member(company))
    address = f"{reverse('admin:products_product_add')}?gtin={gtin}"

    text = page(browser)

    assert address in text
    assert reverse("admin:products_product_change", args=[begun]) in text
    assert f'value="{gtin}"' in browser.get(address).content.decode()


def decide(browser: Client, action: str, *codes: UnknownCode) -> int:
    answer = browser.post(
        LIST, {"action": action, "_selected_action": [code.pk for code in codes]}
    )
    return answer.status_code


def test_an_editor_dismisses_and_puts_back(company: Company) -> None:
    code = unknown(number("0301762042123"), 50)
    browser = signed_in(make.member(company, role="editor"))

    decide(browser, "dismiss", code)
    assert UnknownCode.objects.get().is_dismissed
    assert code.gtin not in page(browser)
    address = f"{LIST}?state=dismissed"
    browser.post(address, {"action": "reopen", "_selected_action": [code.pk]})

    assert not UnknownCode.objects.get().is_dismissed
    assert LogEntry.objects.count() == 2


def test_neither_a_viewer_nor_a_stranger_decides(company: Company) -> None:
    code = unknown(number("0301762042123"), 50)
    stranger = make.member(make.company("Étrangère"))
    both = make.member(company, role="viewer")
    both.memberships.create(company=make.company("Autre"), role="owner")

    for user in (make.member(company, role="viewer"), stranger, both):
        decide(signed_in(user), "dismiss", code)

    assert not UnknownCode.objects.get().is_dismissed


def test_reports_are_read_by_the_operator_alone(
    company: Company, admin_client: Client
) -> None:
    code = unknown(number("0301762042123"), 50, reports=1)
    CodeReport.objects.create(
        code=code, name="<b>Miel", note="Appelez Ada", reported_on=TODAY
    )
    address = reverse("admin:scanning_unknowncode_change", args=[code.pk])

    told = signed_in(make.member(company)).get(address).content.decode()
    read = admin_client.get(address).content.decode()

    assert code.gtin in told
    assert "Ada" not in told
    assert "Appelez Ada" in read
    assert "&lt;b&gt;Miel" in read


def test_what_an_outside_catalogue_says_carries_its_source(
    admin_client: Client, settings: object
) -> None:
    settings.OUTSIDE_CATALOGUE = "openfoodfacts"  # type: ignore[attr-defined]
    code = unknown(make.gtin(), 50)
    OutsideProduct.objects.create(
        gtin=code.gtin,
        source="openfoodfacts",
        state="found",
        name="Miel",
        source_url="https://world.openfoodfacts.org/product/1",
        fetched_at=timezone.now(),
        next_try_at=timezone.now(),
    )
    address = reverse("admin:scanning_unknowncode_change", args=[code.pk])

    text = admin_client.get(address).content.decode()

    assert "Miel" in text
    assert "Open Food Facts" in text
    assert "ODbL 1.0" in text


def test_only_the_operator_sees_what_was_asked_outside(
    company: Company, admin_client: Client
) -> None:
    address = reverse("admin:scanning_outsideproduct_changelist")

    assert admin_client.get(address).status_code == 200
    assert signed_in(make.member(company)).get(address).status_code == 403


def test_histories_have_no_place_in_the_admin(admin_client: Client) -> None:
    index = admin_client.get(reverse("admin:index")).content.decode()

    assert "dailyscans" in index
    names = [str(model._meta.model_name) for model in admin.site._registry]
    assert not [name for name in names if "history" in name]


def test_a_declared_product_s_days_are_its_company_s(company: Company) -> None:
    gtin = number("0301762042123")
    DailyScans.objects.create(gtin=gtin, day=TODAY, count=50)
    user = make.member(company)
    before = DailyScans.objects.visible_to(user).count()
    make.product(gtin, of=company)

    assert (before, DailyScans.objects.visible_to(user).count()) == (0, 1)


def test_an_anonymous_visitor_sees_nothing() -> None:
    assert Client().get(LIST).status_code == 302
    assert not User.objects.exists()
