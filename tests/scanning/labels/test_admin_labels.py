"""Labels in the admin: ordered on one page, watched, downloaded."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from companies.models import Company
from products.models import Product
from scanning.models import LabelRun
from tests import make

pytestmark = pytest.mark.django_db

ADD = "/admin/scanning/labelrun/add/"


def signed_in(user: User) -> Client:
    """Return a browser that reads English, signed in."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def form(product: Product | None = None, **members: Any) -> dict[str, Any]:
    """Return the form as a browser sends it."""
    return {
        "products": [product.pk] if product else [],
        "what": "products",
        "symbol": "qr",
        "error_correction": "M",
        "layout": "roll-50x30",
        "copies": "1",
        "shown": ["name", "gtin", "lot", "serial"],
        **members,
    }


def body(answer: Any) -> bytes:
    """Return the file of an answer, and close it."""
    data = b"".join(answer)
    answer.close()
    return data


def page(run: LabelRun, name: str = "change") -> str:
    """Return an address of a run."""
    return reverse(f"admin:scanning_labelrun_{name}", args=[run.pk])


@pytest.fixture
def browser(company: Company) -> Client:
    """Return the browser of a member who may edit."""
    return signed_in(make.member(company, "editor"))


def test_chosen_products_open_the_order(browser: Client, product: Product) -> None:
    answer = browser.post(
        "/admin/products/product/",
        {"action": "print_labels", "_selected_action": [product.pk]},
    )

    assert answer["Location"] == f"{ADD}?products={product.pk}"
    opened = browser.get(answer["Location"]).content.decode()
    assert f'<option value="{product.pk}" selected>' in opened


def test_a_selection_has_a_limit_that_is_said(
    browser: Client, company: Company, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanning.admin.labels.MAX_CHOSEN", 1)
    chosen = [product.pk, make.product(of=company).pk]

    answer = browser.post(
        "/admin/products/product/",
        {"action": "print_labels", "_selected_action": chosen},
        follow=True,
    )

    assert "At most 1 products at a time" in answer.content.decode()


def test_one_order_prints_several_products(
    browser: Client, company: Company, product: Product
) -> None:
    chosen = [product.pk, make.product(of=company, name="Bonnet").pk]

    browser.post(ADD, form(products=chosen))

    run = LabelRun.objects.get()
    assert (run.total, set(run.lines.values_list("product", flat=True))) == (
        2,
        set(chosen),
    )
    assert "1 other product" in run.title


def test_the_first_label_is_shown_before_anything_is_made(
    browser: Client, product: Product
) -> None:
    answer = browser.post(ADD, form(product, lot="lot1", _preview="1"))

    body = answer.content.decode()
    assert 'src="data:image/svg+xml;base64,' in body
    assert "modules of" in body
    assert "small letters" in body
    assert not LabelRun.objects.exists()


def test_an_order_is_made_watched_and_downloaded(
    browser: Client,
    product: Product,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    answer = browser.post(
        ADD,
        form(
            product, what="range", serial_prefix="AB", first_number=7, digits=4, count=3
        ),
    )
    run = LabelRun.objects.get()
    assert answer["Location"] == page(run)
    waiting = browser.get(page(run)).content.decode()
    assert '<meta http-equiv="refresh"' in waiting
    assert "0 of 3 labels" in waiting
    assert "AB0007 … AB0009" in waiting

    from scanning.label_tasks import make_labels

    make_labels()
    done = browser.get(page(run)).content.decode()
    assert '<meta http-equiv="refresh"' not in done
    file = browser.get(page(run, "download"))
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"].startswith('attachment; filename="flashsesame-')
    assert file["X-Content-Type-Options"] == "nosniff"
    assert body(file).startswith(b"%PDF-1.7")


def test_a_message_to_the_workers_follows_the_commit(
    browser: Client,
    product: Product,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(ADD, form(product))

    assert LabelRun.objects.get().state == "done"


def test_an_uploaded_list_is_printed_and_survives_its_preview(
    browser: Client, product: Product
) -> None:
    data = f"gtin;lot;serie\n{product.pk[1:]};L1;A1\n{product.pk};L2;A2\n".encode()
    sent = form(what="list", layout="svg-50x30")

    upload = SimpleUploadedFile("list.csv", data)
    shown = browser.post(ADD, {**sent, "file": upload, "_preview": "1"})
    assert "L2;A2" in shown.content.decode()
    browser.post(ADD, {**sent, "file": SimpleUploadedFile("list.csv", data)})

    run = LabelRun.objects.get()
    assert list(run.lines.values_list("lot", "serial")) == [("L1", "A1"), ("L2", "A2")]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"products": []}, "Choose at least one product."),
        ({"what": "range"}, "A running number needs this."),
        ({"what": "list"}, "Paste a list, or choose a file."),
        ({"what": "list", "listed": "A1\nÉ"}, "Line 2: "),
        ({"what": "list", "listed": "A1\nA1"}, "the same label as line 1"),
        ({"what": "list", "listed": "4006381333931;;A1"}, "no product of yours"),
        ({"what": "list", "listed": "A1\nA2,B"}, "more columns"),
        ({"count": 5}, "A running number is filled in, but not chosen."),
        ({"listed": "A1"}, "A list is filled in, but not chosen."),
        ({"lot": "é"}, "at most 20 characters"),
        ({"symbol": "bars", "lot": "L"}, "Bars hold"),
    ],
    ids=range(11),
)
def test_what_cannot_be_printed_is_said_on_the_form(
    browser: Client, product: Product, members: dict[str, Any], said: str
) -> None:
    answer = browser.post(ADD, form(product, **members))

    assert said in answer.content.decode()
    assert not LabelRun.objects.exists()


def test_a_run_is_cancelled_and_made_again(
    browser: Client, order: Callable[..., LabelRun]
) -> None:
    run = order(3)

    browser.post(page(run, "cancel"))
    run.refresh_from_db()
    assert run.state == "cancelled"
    late = browser.post(page(run, "cancel"), follow=True).content.decode()
    assert "nothing was cancelled" in late

    browser.post(page(run, "again"))
    run.refresh_from_db()
    assert run.state == "waiting"


def test_a_file_that_was_removed_is_explained(
    browser: Client, order: Callable[..., LabelRun]
) -> None:
    run = order(3)

    answer = browser.get(page(run, "download"), follow=True)

    assert "Make the labels again" in answer.content.decode()


def test_strangers_see_no_run_and_no_file(
    order: Callable[..., LabelRun], made: Callable[[LabelRun], bytes]
) -> None:
    run = order(3)
    made(run)
    stranger = signed_in(make.member(make.company("Autre"), "owner"))

    assert run.title not in stranger.get("/admin/scanning/labelrun/").content.decode()
    assert stranger.get(page(run)).status_code == 404
    assert stranger.get(page(run, "download")).status_code == 404
    assert stranger.post(page(run, "cancel")).status_code == 404
    assert stranger.post(page(run, "again")).status_code == 404
    assert Client().get(page(run, "download")).status_code == 302


def test_a_stranger_prints_no_label_of_others(product: Product) -> None:
    # With a second factor: the notice for want of one repeats the page's own address.
    stranger = signed_in(make.member(make.company("Autre"), "owner"))
    make.second_factor(stranger)

    stranger.post(ADD, form(product))
    stranger.post(ADD, form(what="list", listed=f"{product.pk};;A1"))
    opened = stranger.get(f"{ADD}?products={product.pk}").content.decode()

    assert not LabelRun.objects.exists()
    assert product.pk not in opened


def test_the_form_offers_own_products_only(browser: Client, product: Product) -> None:
    make.product(of=make.company("Autre"), name="Pull des autres")

    answer = browser.get(
        "/admin/autocomplete/",
        {
            "app_label": "scanning",
            "model_name": "labelline",
            "field_name": "product",
            "term": "Pull",
        },
    )

    assert [one["id"] for one in answer.json()["results"]] == [product.pk]


def test_a_viewer_downloads_and_changes_nothing(
    company: Company,
    product: Product,
    order: Callable[..., LabelRun],
    made: Callable[[LabelRun], bytes],
) -> None:
    viewer = signed_in(make.member(company, "viewer"))
    run = order(3)

    assert viewer.get(ADD).status_code == 403
    assert viewer.post(ADD, form(product)).status_code == 403
    assert viewer.post(page(run, "cancel")).status_code == 403
    assert "Cancel" not in viewer.get(page(run)).content.decode()
    made(run)
    assert body(viewer.get(page(run, "download"))).startswith(b"%PDF-")


def test_looking_changes_nothing(
    browser: Client, order: Callable[..., LabelRun]
) -> None:
    run = order(3)

    assert browser.get(page(run, "cancel")).status_code == 403
    run.refresh_from_db()
    assert run.state == "waiting"


def test_the_operator_prints_for_any_company(
    admin_client: Client, product: Product
) -> None:
    admin_client.post(ADD, form(product, layout="svg-30x30"))

    assert LabelRun.objects.get().company == product.company


def test_the_list_of_runs_costs_the_same_however_long(
    browser: Client, order: Callable[..., LabelRun]
) -> None:
    costs = []
    for count in (1, 5):
        for _ in range(count):
            order(3)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/admin/scanning/labelrun/").status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_an_archive_is_an_archive_on_the_way_out(
    browser: Client,
    order: Callable[..., LabelRun],
    made: Callable[[LabelRun], bytes],
) -> None:
    run = order(2, layout="png-50x30")
    made(run)

    answer = browser.get(page(run, "download"))

    assert answer["Content-Type"] == "application/zip"
    assert len(zipfile.ZipFile(io.BytesIO(body(answer))).namelist()) == 2


@pytest.mark.django_db(transaction=True)
def test_the_real_server_streams_the_same_file(
    company: Company,
    order: Callable[..., LabelRun],
    made: Callable[[LabelRun], bytes],
) -> None:
    run = order(3)
    data = made(run)
    client = AsyncClient()
    client.force_login(make.member(company))

    async def download() -> tuple[Any, bytes]:
        answer: Any = await client.get(page(run, "download"))
        return answer, b"".join([block async for block in answer])

    answer, received = async_to_sync(download)()

    assert received == data
    assert answer["Content-Length"] == str(len(data))
    assert answer["Content-Disposition"].startswith('attachment; filename="flash')
