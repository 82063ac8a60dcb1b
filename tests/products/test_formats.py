"""The other forms of a sheet: what they keep, leave out, and how long they are."""

import gzip
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from products import composing, formats
from products.formats import lite, schema_org, untp
from products.models import Family
from tests import make
from tests.products.whole_sheet import whole_product

pytestmark = pytest.mark.django_db
BASE = "https://sesame.example"
MOMENT = datetime(2026, 6, 15, 9, tzinfo=UTC)


def sheet(**changes: Any) -> dict[str, Any]:
    """Return the published document of a product of which everything is stated."""
    company = make.company()
    make.fact(company, "legal_name", "Filature du Test SAS")
    make.rate(company, 64, measured_on=date(2026, 5, 1))
    family = Family.objects.create(name="Pulls du Test")
    product = whole_product(of=company, family=family, variant={"size": "M"})
    make.product(of=company, family=family, variant={"size": "L"}, published=True)
    draft = composing.gather(product, on=date(2026, 6, 15))
    content = composing.compose(product, draft, language="fr")
    return {
        **composing.envelope(content, revision=3, published_at=MOMENT),
        **changes,
    }


def bare() -> dict[str, Any]:
    """Return the published document of a product of which nothing is stated."""
    product = make.product(name="Nu")
    draft = composing.gather(product, on=date(2026, 6, 15))
    content = composing.compose(product, draft, language="fr")
    return composing.envelope(content, revision=1, published_at=MOMENT)


def test_the_lite_form_fits_in_two_kilobytes() -> None:
    document = lite.lite(sheet(), BASE)

    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    assert len(gzip.compress(text.encode(), 6)) <= 2_000
    assert document["company"]["satisfaction_value"] == "64"
    assert document["full"] == f"{BASE}/api/v1/products/{document['gtin']}"
    assert document["notices"]


def test_the_lite_form_says_when_it_left_something_out() -> None:
    whole = sheet()
    # Incompressible, as texts of several languages nearly are.
    panel = {"key": "x", "title": "", "evaluation": "neutral"}
    whole["sections"]["eco"]["panels"] = [
        {**panel, "text": "".join(chr(0x4E00 + (n * k) % 20_000) for k in range(300))}
        for n in range(7, 60)
    ]

    document = lite.lite(whole, BASE)

    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    assert len(gzip.compress(text.encode(), 6)) <= 2_000
    assert document["complete"] is False
    assert lite.lite(bare(), BASE)["complete"] is True


def test_json_ld_names_the_product_as_schema_org_does() -> None:
    document = schema_org.product(sheet(), BASE)

    assert document["@type"] == "Product"
    assert document["brand"] == {"@type": "Brand", "name": "Test"}
    assert document["size"] == {
        "@type": "QuantitativeValue",
        "value": 0.5,
        "unitCode": "KGM",
    }
    assert document["countryOfAssembly"] == "FR"
    assert document["offers"]["priceCurrency"] == "EUR"
    parts = document["offers"]["priceSpecification"]["priceComponent"]
    assert [part["price"] for part in parts] == ["40", "60", "20"]
    assert document["isVariantOf"]["hasVariant"]
    assert document["manufacturer"]["name"]


def test_a_breakdown_that_does_not_add_up_is_no_price_specification() -> None:
    whole = sheet()
    whole["sections"]["price"]["fields"]["completeness"]["value"] = "partial"

    assert "priceSpecification" not in schema_org.product(whole, BASE)["offers"]


def test_what_is_disputed_has_no_word_in_other_vocabularies() -> None:
    whole = sheet()
    whole["sections"]["identity"]["fields"]["brand"]["states"] = ["disputed"]

    assert "brand" not in schema_org.product(whole, BASE)


def test_the_passport_has_what_its_schema_requires() -> None:
    document = untp.passport(sheet(), BASE)

    subject = document["credentialSubject"]
    assert document["type"] == ["DigitalProductPassport", "VerifiableCredential"]
    assert subject["granularityLevel"] == "model"
    assert subject["product"]["registeredId"] == subject["product"]["id"][-14:]
    assert subject["emissionsScorecard"] == {
        "type": ["EmissionsPerformance"],
        "carbonFootprint": 12.5,
        "declaredUnit": "H87",
        "operationalScope": "CradleToGate",
        "primarySourcedRatio": 0.5,
    }
    assert subject["materialsProvenance"][0]["originCountry"] == "NZ"
    labour = subject["conformityClaim"][0]
    assert (labour["conformityTopic"], labour["conformance"]) == (
        "social.labour",
        False,
    )


@pytest.mark.parametrize("profile", list(formats.FORMS))
def test_every_form_of_a_product_nobody_described_is_short_and_whole(
    profile: str,
) -> None:
    form = formats.FORMS[profile]
    body = json.dumps(bare()).encode()

    made = json.loads(formats.rendered(form, body, BASE))

    assert "Nu" in json.dumps(made)
    assert "null" not in json.dumps(made) or profile == "lite"


def test_the_lite_form_says_that_there_are_more_notices() -> None:
    whole = bare()
    recalls = whole["sections"]["recalls"]["fields"]["recalls"]

    for lines, is_complete in ((["1", "2", "3"], True), (["1", "2", "3", "4"], False)):
        recalls["lines"] = lines
        document = lite.lite(whole, BASE)

        assert document["notices"] == ["1", "2", "3"]
        assert document["complete"] is is_complete


@pytest.mark.parametrize(
    ("kind", "language", "name"),
    [
        ("computed", "fr", "Nutri-Score 2023 calculé par Flashsésame"),
        ("computed", "en", "Nutri-Score 2023 computed by Flashsésame"),
        ("producer", "fr", "Nutri-Score déclaré"),
        ("producer", "en", "Nutri-Score, declared"),
    ],
)
def test_json_ld_says_whose_nutri_score_it_is(
    kind: str, language: str, name: str
) -> None:
    whole = {**bare(), "language": language}
    whole["sections"]["nutrition"]["fields"]["nutri_score"] |= {
        "status": "known",
        "value": {"grade": "b"},
        "source": {"kind": kind},
    }

    (score,) = schema_org.product(whole, BASE)["additionalProperty"]
    assert (score["name"], score["value"]) == (name, "B")


def test_the_passport_claims_nothing_of_an_expired_certificate() -> None:
    whole = bare()
    whole["sections"]["certificates"]["fields"]["certificates"] |= {
        "status": "known",
        "value": [
            {"scheme": "GOTS", "id": "1", "valid_until": "2026-06-14"},
            {"scheme": "OEKO", "id": "2", "valid_until": "2026-06-15"},
            {"scheme": "FSC", "id": "3"},
        ],
    }

    claims = untp.passport(whole, BASE)["credentialSubject"]["conformityClaim"]
    assert [one["description"] for one in claims] == ["OEKO — 2", "FSC — 3"]


def test_the_passport_has_no_emissions_of_an_impossible_ratio() -> None:
    whole = sheet()
    whole["sections"]["eco"]["fields"]["primary_data_ratio"]["value"] = "1.5"

    subject = untp.passport(whole, BASE)["credentialSubject"]
    assert "emissionsScorecard" not in subject
