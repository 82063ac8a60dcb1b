"""The sheet as a document: every section, and for each value where it comes from."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings

from common import canonical
from companies.levels import Level, SourceKind, Status
from companies.services import Source
from products import composing, vocabulary
from products.composing import COMPANY_FACTS_ON_SHEET
from products.models import Family, Product
from tests import make
from tests.products.whole_sheet import compose, every_value, value, whole_product

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_section_is_there_even_of_a_bare_product(language: str) -> None:
    content = compose(Product.objects.create(gtin=make.gtin(), name="Nu"), language)

    keys = [section.key for section in vocabulary.sections()]
    assert content["section_order"] == [*keys, "stock", "company", "alternatives"]
    assert set(content["sections"]) == {*keys, "company"}
    for section in vocabulary.sections():
        composed = content["sections"][section.key]
        assert composed["label"] == section.label(language)
        assert composed["field_order"] == [field.key for field in section.fields]
        assert set(composed["fields"]) == set(composed["field_order"])
    assert content["name"] == "Nu"
    assert content["attribution"] is None


@pytest.mark.parametrize("is_bare", [True, False], ids=["bare", "whole"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_value_says_what_it_is_and_where_it_comes_from(
    language: str, is_bare: bool
) -> None:
    product = make.product(of=make.company()) if is_bare else whole_product()

    for document in every_value(compose(product, language)):
        assert {"label", "status", "value", "source", "level", "observed_at"} <= set(
            document
        )
        assert document["text"]
        is_known = document["status"] == "known"
        for member in ("value", "source", "level", "observed_at"):
            assert (document[member] is not None) is is_known


def test_a_whole_sheet_can_be_written_canonically() -> None:
    for language in ("fr", "en"):
        assert canonical.dumps(compose(whole_product(), language))


@pytest.mark.parametrize(
    ("path", "french", "english"),
    [
        ("identity.name", "Pull marin", "Sailor jumper"),
        ("identity.category", "knitwear, wool jumpers", "knitwear, wool jumpers"),
        ("identity.net_content", "0,5 kg", "0.5 kg"),
        ("manufacturing.lead_time", "3 jours 4 h 30 min", "3 days 4 h 30 min"),
        ("manufacturing.work_time", "1 h 20 min", "1 h 20 min"),
        ("price.price_ttc", "120,00 €", "120.00 €"),
        ("price.vat_rate", "20 %", "20 %"),
        ("price.labour_cost_per_unit", "40,00 €", "40.00 €"),
        ("price.labour_share_of_price_pct", "40,0 %", "40.0 %"),
        ("eco.pcf_total", "12,5 kg", "12.5 kg"),
        ("eco.reference_year", "2025", "2025"),
        ("eco.green_score", "A+ (92), 2.0", "A+ (92), 2.0"),
        ("nutrition.nova_group", "4", "4"),
        ("nutrition.energy_kj", "1,5 kJ", "1.5 kJ"),
        ("recalls.recalls", "2 éléments", "2 entries"),
    ],
)
def test_a_value_reads_as_its_language_writes_it(
    path: str, french: str, english: str
) -> None:
    product = whole_product()

    for language, text in (("fr", french), ("en", english)):
        shown = value(compose(product, language), path)["text"]
        assert shown.replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("recalls.recalls", ["Button — DGCCRF", "Fil — R-1"]),
        (
            "traceability.journey",
            [
                "March 1, 2026 — transformation — Roubaix, FR — Filature",
                "shearing — Arles",
                "Lyon",
            ],
        ),
        ("places.places", ["assembly — Roubaix, FR — 60.5 %", "raw material — NZ"]),
        ("manufacturing.work_time_by_stage", ["assembly — 50 min"]),
        (
            "price.components",
            [
                "direct labour — 40.00 — Roubaix",
                "brand’s margin — 60.00",
                "VAT — 20.00",
            ],
        ),
        ("eco.pcf_by_stage", ["transport — 1.5 kg CO₂e"]),
        ("eco.packagings", ["2 × — bag — paper — 12.5 g — recycle", "hanger"]),
        ("certificates.certificates", ["GOTS · 12"]),
    ],
)
def test_a_list_reads_line_by_line(path: str, lines: list[str]) -> None:
    shown = value(compose(whole_product()), path)["lines"]

    assert [line.replace("\u00a0", " ") for line in shown] == lines


def test_a_list_shows_its_first_fifty_lines() -> None:
    product = make.product()
    make.field(product, "recalls.recalls", [{"text": f"n{n}"} for n in range(51)])

    shown = value(compose(product), "recalls.recalls")

    assert shown["text"] == "51 entries"
    assert len(shown["lines"]) == 50
    assert len(shown["value"]) == 51


@pytest.mark.parametrize(
    ("texts", "french", "english"),
    [
        ({"fr": "un"}, "un", "un"),
        ({"en": "one"}, "one", "one"),
        ({"de": "eins"}, "eins", "eins"),
        ({"de": "eins", "fr": "un"}, "un", "un"),
    ],
)
def test_a_text_falls_back_to_another_language(
    texts: dict[str, str], french: str, english: str
) -> None:
    product = make.product()
    make.field(product, "identity.name", texts)

    assert compose(product, "fr")["name"] == french
    assert compose(product, "en")["name"] == english


@pytest.mark.parametrize("status", [Status.NONE, Status.NOT_APPLICABLE])
def test_what_is_stated_to_be_absent_has_words_and_is_no_gap(status: str) -> None:
    product = make.product()
    make.field(product, "eco.pcf_total", None, status=status)

    content = compose(product)

    assert value(content, "eco.pcf_total")["status"] == status
    assert value(content, "eco.pcf_total")["text"]
    assert "eco.pcf_total" not in content["gaps"]
    assert "identity.category" in content["gaps"]


def test_a_whole_sheet_has_no_gaps() -> None:
    assert compose(whole_product())["gaps"] == []


def test_who_says_otherwise_is_shown_beside() -> None:
    product = make.product()
    make.field(product, "eco.pcf_total", "12")
    laboratory = Source(
        kind=SourceKind.LABORATORY, name="Labo", level=Level.THIRD_PARTY_VERIFIED
    )
    make.field(product, "eco.pcf_total", "19", source=laboratory)

    shown = value(compose(product, "fr"), "eco.pcf_total")

    assert shown["value"] == "19"
    (other,) = shown["discrepancy"]
    assert (other["value"], other["level"]) == ("12", "declared")
    assert other["text"].startswith("12")


def test_siblings_show_only_what_differs() -> None:
    family = Family.objects.create(name="Pulls marins")
    assert str(family) == "Pulls marins"
    product = make.product(family=family, variant={"size": "S", "colour": "bleu"})
    make.product(
        name="Pull M",
        family=family,
        variant={"size": "M", "colour": "bleu"},
        published=True,
    )
    make.product(
        name="Pull S rouge",
        family=family,
        variant={"size": "S", "colour": "rouge"},
        published=True,
    )
    make.product(name="Autre famille")

    content = compose(product)

    siblings = value(content, "variants.siblings")
    assert [one["differs"] for one in siblings["value"]] == [
        {"size": "M"},
        {"colour": "rouge"},
    ]
    assert siblings["lines"] == ["Pull M — M", "Pull S rouge — rouge"]
    assert siblings["level"] == "declared"
    assert siblings["source"]["kind"] == "computed"
    assert value(content, "variants.group")["text"] == "Pulls marins"
    assert value(content, "variants.varies_by")["text"] == "colour, size"


def test_a_family_of_one_has_a_name_and_no_siblings() -> None:
    family = Family.objects.create(name="Seul")

    content = compose(make.product(family=family))

    assert value(content, "variants.group")["value"] == "Seul"
    assert value(content, "variants.siblings")["status"] == "unknown"


def test_siblings_that_do_not_differ_vary_by_nothing() -> None:
    family = Family.objects.create(name="Deux")
    product = make.product(family=family)
    make.product(family=family, published=True)

    content = compose(product)

    assert len(value(content, "variants.siblings")["value"]) == 1
    assert value(content, "variants.varies_by")["status"] == "unknown"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Aucune entreprise n’a déclaré ce produit."),
        ("en", "No company has declared this product."),
    ],
)
def test_without_a_company_its_civil_status_is_said_to_be_unknown(
    language: str, text: str
) -> None:
    section = compose(make.product(), language)["sections"]["company"]

    assert section["status"] == "unknown"
    assert section["text"] == text
    assert section["fields"]["employee_satisfaction"]["status"] == "unknown"
    assert section["field_order"] == ["employee_satisfaction"]


def test_the_company_s_short_civil_status_is_on_the_sheet() -> None:
    company = make.company(is_fictitious=True)
    make.fact(company, "employees", "41")
    make.rate(company, 64, measured_on=date(2026, 5, 1))

    content = compose(make.product(of=company), "fr")

    section = content["sections"]["company"]
    assert content["fictitious"] is section["fictitious"] is True
    assert section["id"] == str(company.pk)
    assert section["url"].endswith(f"/api/v1/companies/{company.pk}")
    assert section["text"] == "état civil incomplet (1/11)"
    assert section["completeness"]["missing"]
    assert section["fields"]["employee_satisfaction"]["value"] == "64"
    assert section["fields"]["employees"]["value"] == "41"
    assert set(section["fields"]) == {"employee_satisfaction", *COMPANY_FACTS_ON_SHEET}
    assert set(section["field_order"]) == set(section["fields"])


def test_the_owner_of_the_data_is_named_as_its_licence_wants() -> None:
    product = make.product()
    product.attribution = "Open Food Facts, ODbL"
    product.attribution_url = "https://world.openfoodfacts.org"

    assert compose(product)["attribution"] == {
        "text": "Open Food Facts, ODbL",
        "url": "https://world.openfoodfacts.org",
    }


def test_the_envelope_adds_number_date_and_proof() -> None:
    document = composing.envelope(
        {"gtin": "1", "language": "fr"},
        revision=3,
        published_at=datetime(2026, 6, 1, 12, tzinfo=UTC),
    )

    assert document == {
        "gtin": "1",
        "language": "fr",
        "revision": 3,
        "published_at": "2026-06-01T12:00:00Z",
        "proof": f"{settings.BASE_URL}/api/v1/sheets/1/revisions/3/proof?lang=fr",
    }
