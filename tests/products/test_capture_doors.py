"""Documents by the back office and by command: the member, the operator, no one."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from companies.models import Company
from products.models import Capture, Event, Place, Product
from products.tasks import capture_events
from tests import make
from tests.products.event_documents import captured, document, life

pytestmark = pytest.mark.django_db

ADD = reverse("admin:products_capture_add")
ADD_PLACE = reverse("admin:products_place_add")


@pytest.fixture(autouse=True)
def private_folder(tmp_path: Path, settings: Any) -> None:
    """Keep the documents of each test apart."""
    settings.CAPTURES_DIR = tmp_path / "captures"


def signed_in(user: User, *, has_factor: bool = True) -> Client:
    """Return a browser in which `user` is signed in."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client) if has_factor else client


def page(capture: Capture, what: str = "change") -> str:
    """Return an address of a capture."""
    return reverse(f"admin:products_capture_{what}", args=[capture.pk])


def upload(browser: Client, company: Company, body: bytes) -> Any:
    """Send a document by the form."""
    file = SimpleUploadedFile("événements.jsonld", body)
    data = {"company": str(company.pk), "file": file, "behaviour": "rollback"}
    return browser.post(ADD, data)


def worked() -> None:
    """Let the workers work."""
    while Capture.objects.due().exists():
        capture_events()


def test_a_document_is_uploaded_checked_confirmed_and_recorded() -> None:
    company = make.company()
    browser = signed_in(make.member(company, "editor"))

    sent = upload(browser, company, document(*life(make.gtin())))

    capture = Capture.objects.get()
    assert sent.headers["Location"] == page(capture)
    assert (capture.name, capture.door) == ("événements.jsonld", "admin")
    assert 'http-equiv="refresh"' in browser.get(page(capture)).content.decode()
    worked()
    shown = browser.get(page(capture)).content.decode()
    assert "4 events say something new" in shown
    assert not Event.objects.exists()
    browser.post(page(capture, "confirm"))
    worked()
    assert "4 events are recorded" in browser.get(page(capture)).content.decode()
    assert Event.objects.count() == 4


def test_nothing_is_recorded_without_a_second_factor() -> None:
    company = make.company()
    editor = make.member(company, "editor")
    capture = captured(company, document(*life(make.gtin())), is_dry_run=True)

    signed_in(editor, has_factor=False).post(page(capture, "confirm"))

    worked()
    capture.refresh_from_db()
    assert (capture.state, capture.is_dry_run) == ("checked", True)
    assert not Event.objects.exists()


def test_refused_events_are_shown_and_not_to_be_confirmed() -> None:
    company = make.company()
    wrong = {**life(make.gtin())[0], "eventTime": "<b>yesterday"}
    capture = captured(company, document(wrong), is_dry_run=True)

    shown = signed_in(make.member(company)).get(page(capture)).content.decode()

    assert "$.epcisBody.eventList[0].eventTime" in shown
    assert "&lt;b&gt;yesterday" in shown
    assert page(capture, "confirm") not in shown


@pytest.mark.parametrize("role", ["viewer", "stranger"])
def test_who_may_not_neither_uploads_nor_confirms(role: str) -> None:
    company = make.company()
    member = make.member(company if role == "viewer" else make.company(), "viewer")
    browser = signed_in(member)
    capture = captured(company, document(*life(make.gtin())), is_dry_run=True)

    upload(browser, company, document(*life(make.gtin())))
    for what in ("confirm", "cancel"):
        assert browser.post(page(capture, what)).status_code in {403, 404}

    assert Capture.objects.get() == capture
    assert not Event.objects.exists()


def test_an_empty_document_is_refused_on_the_form() -> None:
    company = make.company()
    browser = signed_in(make.member(company))

    answer = upload(browser, company, b"")

    assert "This document is empty." in answer.content.decode()


def test_an_event_is_shown_to_its_company_alone() -> None:
    company = make.company()
    captured(company, document(*life(make.gtin())))
    address = reverse("admin:products_event_change", args=[Event.objects.all()[0].pk])

    own = signed_in(make.member(company)).get(address)
    other = signed_in(make.member(make.company("Étrangère"))).get(address)

    assert "ni:///sha-256;" in own.content.decode()
    assert other.status_code in {302, 403}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param(
            "952123400014 3", "https://id.gs1.org/414/9521234000143", id="gln"
        ),
        pytest.param(
            "urn:epc:id:sgln:9521234.00014.0",
            "https://id.gs1.org/414/9521234000143",
            id="urn",
        ),
        pytest.param("9521234000144", "", id="wrong-check-digit"),
        pytest.param("Roubaix", "", id="no-identifier"),
    ],
)
def test_a_place_is_known_by_its_one_identifier(typed: str, kept: str) -> None:
    company = make.company()
    data = {"company": str(company.pk), "identifier": typed, "town": "Roubaix"}

    signed_in(make.member(company)).post(ADD_PLACE, {**data, "country": "fr"})

    found = [(one.identifier, one.country) for one in Place.objects.all()]
    assert found == ([(kept, "FR")] if kept else [])


def test_sheets_that_tell_a_journey_follow_a_place_that_is_described() -> None:
    company = make.company()
    told, other = (make.product(of=company, published=True) for _number in range(2))
    captured(company, document(*life(told.gtin)))
    Product.objects.update(publication_due_at=None)
    data = {"company": str(company.pk), "identifier": "9521234000143", "town": "Lyon"}

    signed_in(make.member(company)).post(ADD_PLACE, data)

    assert list(Product.objects.due()) == [told]
    assert other not in Product.objects.due()


@pytest.mark.parametrize(
    "where",
    [
        pytest.param({"latitude": "50.69"}, id="half"),
        pytest.param({"latitude": "91", "longitude": "3"}, id="beyond-the-pole"),
        pytest.param({"latitude": "50.6901", "longitude": "3.17"}, id="too-near"),
    ],
)
def test_coordinates_are_rough_and_on_earth(where: dict[str, str]) -> None:
    company = make.company()
    data = {"company": str(company.pk), "identifier": "9521234000143", **where}

    answer = signed_in(make.member(company)).post(ADD_PLACE, data)

    assert answer.status_code == 200
    assert not Place.objects.exists()


def written(tmp_path: Path, *events: Any) -> str:
    """Write a document and return its path."""
    file = tmp_path / "epcis.jsonld"
    file.write_bytes(document(*events))
    return str(file)


def test_a_command_captures_a_file(tmp_path: Path) -> None:
    company = make.company()
    out = StringIO()
    file = written(tmp_path, *life(make.gtin()))

    call_command("capture_events", file, company=str(company.pk), stdout=out)
    call_command("capture_events", file, company=company.name, stdout=out)

    assert Event.objects.filter(company=company).count() == 4
    assert [one.unchanged for one in Capture.objects.order_by("created_at")] == [0, 4]
    assert len(out.getvalue().splitlines()) == 2


def test_a_command_that_only_checks_records_nothing(tmp_path: Path) -> None:
    file = written(tmp_path, *life(make.gtin()))

    call_command(
        "capture_events",
        file,
        company=str(make.company().pk),
        dry_run=True,
        stdout=StringIO(),
    )

    assert Capture.objects.get().state == "checked"
    assert not Event.objects.exists()


def test_a_command_fails_where_events_are_refused(tmp_path: Path) -> None:
    right, *_rest = life(make.gtin())
    file = written(tmp_path, right, {**right, "eventTime": "?"})
    err = StringIO()
    company = str(make.company().pk)

    with pytest.raises(CommandError, match="events_refused"):
        call_command("capture_events", file, company=company, stderr=err)
    call_command(
        "capture_events", file, company=company, proceed=True, stdout=StringIO()
    )

    assert "$.epcisBody.eventList[1].eventTime not_an_instant" in err.getvalue()
    assert Event.objects.count() == 1


@pytest.mark.parametrize("company", ["Nobody", "00000000-0000-4000-8000-000000000000"])
def test_a_command_wants_one_company_and_a_file(company: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("capture_events", written(tmp_path), company=company)
    with pytest.raises(CommandError):
        call_command(
            "capture_events",
            str(tmp_path / "none"),
            company=str(make.company().pk),
        )
