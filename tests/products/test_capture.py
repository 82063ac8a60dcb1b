"""Documents of events: what is recorded, once, and what is refused, whole."""

from pathlib import Path
from typing import Any

import pytest

from products.capturing import files, working
from products.models import (
    Capture,
    Event,
    EventCorrection,
    EventThing,
    Place,
    Product,
)
from products.tasks import purge_captures
from tests import make
from tests.products.event_documents import (
    YARN,
    captured,
    commissioning,
    declared_wrong,
    document,
    life,
    link,
    observation,
    transformation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_folder(tmp_path: Path, settings: Any) -> Path:
    """Keep the documents of each test apart."""
    settings.CAPTURES_DIR = tmp_path / "captures"
    return Path(settings.CAPTURES_DIR)


def codes(capture: Capture) -> list[tuple[int | None, str]]:
    """Return what was refused of a capture, and where."""
    return [(one.event, one.code) for one in capture.errors.all()]


def test_a_document_becomes_rows_that_can_be_found() -> None:
    company = make.company()
    pull = make.product(of=company)

    capture = captured(company, document(*life(pull.gtin)))

    assert (capture.state, capture.added, capture.total) == ("done", 4, 4)
    spun = Event.objects.get(things__key=link(YARN, lot="FIBRE-LOT-1"))
    assert spun.company == company
    assert spun.biz_step == "commissioning"
    assert spun.offset == "+01:00"
    assert spun.level == "declared"
    assert spun.signed_by == ""
    made = EventThing.objects.filter(gtin=pull.gtin, is_made=True)
    assert {(one.role, one.lot, one.serial) for one in made} == {
        ("output", "", "A1"),
        ("lot", "LOT-1", ""),
        ("epc", "", "A1"),
    }


def test_the_document_is_kept_as_it_came_and_its_pieces_are_not() -> None:
    company = make.company()
    body = document(*life(make.gtin()))

    capture = captured(company, body)

    assert files.source(capture.pk) == body
    assert [one.name for one in files.folder(capture.pk).iterdir()] == ["document"]
    assert files.folder(capture.pk).stat().st_mode & 0o077 == 0


def test_what_is_sent_twice_is_recorded_once() -> None:
    company = make.company()
    body = document(*life(make.gtin()))
    captured(company, body)
    before = set(EventThing.objects.values_list("pk", flat=True))

    again = captured(company, body)

    assert (again.state, again.added, again.unchanged) == ("done", 0, 4)
    assert Event.objects.count() == 4
    assert set(EventThing.objects.values_list("pk", flat=True)) == before


def test_the_same_event_twice_in_a_document_is_one() -> None:
    event = life(make.gtin())[0]

    capture = captured(make.company(), document(event, event))

    assert (capture.added, capture.unchanged) == (1, 1)


def test_one_wrong_event_refuses_the_whole_document() -> None:
    company = make.company()
    right, *_rest = life(make.gtin())
    wrong = {**right, "eventTime": "yesterday"}

    capture = captured(company, document(right, wrong))

    assert (capture.state, capture.error_code) == ("refused", "events_refused")
    assert codes(capture) == [(1, "not_an_instant")]
    assert capture.errors.get().path == "$.epcisBody.eventList[1].eventTime"
    assert (capture.added, capture.failed) == (0, 1)
    assert not Event.objects.exists()


def test_the_right_events_are_recorded_where_that_is_asked() -> None:
    right, *_rest = life(make.gtin())
    wrong = {**right, "eventTime": "yesterday"}

    capture = captured(make.company(), document(wrong, right), behaviour="proceed")

    assert (capture.state, capture.added, capture.failed) == ("done", 1, 1)
    assert codes(capture) == [(0, "not_an_instant")]


def test_nothing_right_is_no_success() -> None:
    wrong = {**life(make.gtin())[0], "eventTime": "yesterday"}

    capture = captured(make.company(), document(wrong), behaviour="proceed")

    assert (capture.state, capture.error_code) == ("refused", "nothing_valid")


def test_a_dry_run_records_nothing_and_says_what_would_be() -> None:
    company = make.company()
    first, *rest = life(make.gtin())
    captured(company, document(first))

    capture = captured(company, document(first, *rest), is_dry_run=True)

    assert capture.state == "checked"
    assert (capture.added, capture.unchanged) == (3, 1)
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(b"{", "not_json", id="cut"),
        pytest.param(b"[" * 100_000, "too_deep", id="deep"),
        pytest.param(b'{"a": 1, "a": 2}', "duplicate_key", id="twice"),
        pytest.param(b"\xff\xfe\x00", "not_utf8", id="binary"),
        pytest.param(b"{}", "not_a_document", id="something-else"),
        pytest.param(document(), "no_events", id="empty"),
    ],
)
def test_what_is_no_document_is_refused_with_a_reason(body: bytes, code: str) -> None:
    capture = captured(make.company(), body)

    assert (capture.state, capture.error_code) == ("refused", code)
    assert capture.error_text
    assert "%(" not in capture.error_text


def test_what_is_made_of_itself_is_refused() -> None:
    one, two = link(YARN, lot="1"), link(YARN, lot="2")
    there = transformation([one], [two], at="2026-02-05T06:00:00Z")
    back = transformation([two], [one], at="2026-02-06T06:00:00Z")

    capture = captured(make.company(), document(there, back))

    assert capture.state == "refused"
    assert "cyclic_transformation" in {code for _event, code in codes(capture)}
    assert not Event.objects.exists()


def test_numbers_beyond_what_one_transaction_takes_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("products.capturing.checking.MAX_THINGS", 3)

    capture = captured(make.company(), document(*life(make.gtin())))

    assert capture.error_code == "too_many_things"
    assert not Event.objects.exists()


def test_an_event_declared_wrong_stays_and_is_said_to_be() -> None:
    company = make.company()
    event = observation([link(make.gtin(), serial="1")])
    captured(company, document(event))

    capture = captured(company, document(declared_wrong(event, "urn:uuid:1")))
    again = captured(company, document(declared_wrong(event, "urn:uuid:1")))

    assert (capture.added, capture.corrected) == (0, 1)
    assert (again.corrected, again.unchanged) == (0, 1)
    correction = EventCorrection.objects.get()
    assert correction.event == Event.objects.get()
    assert correction.body["correctiveEventIDs"] == ["urn:uuid:1"]
    assert "errorDeclaration" not in correction.event.body


def test_master_data_describe_places_without_their_street() -> None:
    company = make.company()
    own = Place.objects.create(
        company=company, identifier="https://id.gs1.org/414/9521234000235", town="Lyon"
    )

    captured(company, document(life(make.gtin())[0], epcisHeader=HEADER))

    place = Place.objects.get(town="Roubaix")
    assert place.identifier == "https://id.gs1.org/414/9521234000143"
    assert (place.name, place.country) == ("Filature du Test", "FR")
    assert (str(place.latitude), str(place.longitude)) == ("50.69", "3.17")
    own.refresh_from_db()
    assert own.town == "Lyon"


def test_published_sheets_of_what_is_made_are_due() -> None:
    company, other = make.company(), make.company("Tricoterie")
    yarn = make.product(YARN, of=company, published=True)
    pull = make.product(of=other, published=True)
    draft = make.product(of=other)
    lot = link(YARN, lot="1")
    captured(
        other,
        document(
            transformation([lot], [link(pull.gtin, lot="1")]),
            transformation([lot], [link(draft.gtin, lot="1")]),
        ),
    )
    Product.objects.update(publication_due_at=None)

    captured(company, document(commissioning([lot], at="2026-02-01T06:00:00Z")))

    due = set(Product.objects.due().values_list("pk", flat=True))
    assert due == {yarn.gtin, pull.gtin}


def test_old_documents_are_forgotten_and_their_events_are_not(settings: Any) -> None:
    capture = captured(make.company(), document(*life(make.gtin())))
    settings.KEEP_CAPTURES_DAYS = 0

    purge_captures()

    capture.refresh_from_db()
    assert not capture.has_file
    assert not files.folder(capture.pk).exists()
    assert Event.objects.count() == 4


def test_a_disk_that_lost_a_document_is_said() -> None:
    capture = make_waiting(make.company())
    files.discard(capture.pk)

    working.work()

    capture.refresh_from_db()
    assert (capture.state, capture.error_code) == ("refused", "file_error")


def make_waiting(company: Any) -> Capture:
    """Return a capture that no worker has seen yet."""
    capture = Capture.objects.create(
        company=company, door="api", name="x", sha256="0" * 64, size=1
    )
    files.keep(capture.pk, [document(*life(make.gtin()))], most=10**6)
    return capture


HEADER = {
    "epcisMasterData": {
        "vocabularyList": [
            {
                "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
                "vocabularyElementList": [
                    {
                        "id": f"https://id.gs1.org/414/{gln}",
                        "attributes": [
                            {"id": "cbvmda:name", "attribute": "Filature du Test"},
                            {"id": "cbvmda:streetAddressOne", "attribute": "1 rue"},
                            {"id": "urn:epcglobal:cbv:mda#city", "attribute": town},
                            {"id": "cbvmda:countryCode", "attribute": "FR"},
                            {"id": "cbvmda:latitude", "attribute": "50.6901"},
                            {"id": "cbvmda:longitude", "attribute": 3.1749},
                        ],
                    }
                    for gln, town in (
                        ("9521234000143", "Roubaix"),
                        ("9521234000235", "Paris"),
                    )
                ],
            }
        ]
    }
}
