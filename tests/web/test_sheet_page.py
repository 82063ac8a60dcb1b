"""The page of a sheet, at the address that the QR code carries."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from companies.levels import Level, SourceKind, Status
from companies.services import Source
from products.models import Family, Product
from products.services import publish_sheet, set_stock
from tests import make

pytestmark = pytest.mark.django_db

SEEN_ON = datetime(2026, 5, 2, 10, tzinfo=UTC)


def page(client: Client, product: Product, query: str = "", **headers: str) -> str:
    """Return the page's text."""
    answer = client.get(f"/01/{product.pk}{query}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_the_value_and_beneath_it_the_level_the_source_and_the_date(
    client: Client,
) -> None:
    product = make.product(of=make.company("Filature du Test"))
    source = Source(name="Filature du Test", observed_at=SEEN_ON)
    make.field(product, "identity.brand", "Val d’Ance", source=source)
    publish_sheet(product=product)

    text = page(client, product, "?lang=en")

    assert "Val d’Ance" in text
    assert "declared by the producer Filature du Test on May 2, 2026" in text


@pytest.mark.parametrize(
    ("level", "kind", "sentence"),
    [
        (Level.EVIDENCED, SourceKind.PRODUCER, "with a document as evidence"),
        (Level.CROSS_CHECKED, SourceKind.REGISTER, "cross-checked with an independent"),
        (
            Level.THIRD_PARTY_VERIFIED,
            SourceKind.LABORATORY,
            "verified by the laboratory X",
        ),
        # Nobody verifies itself: the producer is not who verified.
        (
            Level.THIRD_PARTY_VERIFIED,
            SourceKind.PRODUCER,
            "stated by the producer X on May 2, 2026, verified by a third party",
        ),
    ],
)
def test_each_level_has_its_sentence(
    client: Client, level: Level, kind: SourceKind, sentence: str
) -> None:
    product = make.product()
    source = Source(kind=kind, name="X", level=level, observed_at=SEEN_ON)
    make.field(product, "eco.pcf_total", "11.4", source=source)
    publish_sheet(product=product)

    assert sentence in page(client, product, "?lang=en")


def test_a_source_without_a_name_is_still_said(client: Client) -> None:
    product = make.product()
    source = Source(kind=SourceKind.COMMUNITY, observed_at=SEEN_ON)
    make.field(product, "identity.brand", "Ance", source=source)
    publish_sheet(product=product)

    text = page(client, product, "?lang=en")

    assert "declared by a community of contributors on May 2, 2026" in text


def test_disputed_and_expired_are_said_in_words(client: Client) -> None:
    product = make.product()
    disputed = Source(name="X", is_disputed=True)
    yesterday = timezone.localdate() - timedelta(days=1)
    make.field(product, "identity.brand", "Ance", source=disputed)
    expired = Source(name="X", valid_until=yesterday)
    make.field(product, "eco.method", "PEF", source=expired)
    publish_sheet(product=product)

    text = page(client, product, "?lang=en")

    assert '<strong class="state state-disputed">disputed</strong>' in text
    assert '<strong class="state state-expired">expired since ' in text


def test_another_source_s_value_is_shown_beside(client: Client) -> None:
    product = make.product()
    make.field(product, "nutrition.salt", "1.2", source=Source(name="X"))
    laboratory = Source(SourceKind.LABORATORY, "Labo", level=Level.EVIDENCED)
    make.field(product, "nutrition.salt", "1.4", source=laboratory)
    publish_sheet(product=product)

    text = page(client, product, "?lang=en")
    salt = text[text.index("<dt>Salt</dt>") :].split("</dd>")[0]

    assert salt.index("1.4") < salt.index("Another source says otherwise:")
    assert salt.index("the laboratory Labo") < salt.index("1.2")
    assert "declared by the producer X" in salt


def test_a_withheld_value_gives_its_reason(client: Client) -> None:
    product = make.product()
    source = Source(name="X", note="Under audit.")
    make.field(
        product, "eco.pcf_total", status=Status.WITHHELD, value=None, source=source
    )
    publish_sheet(product=product)

    text = page(client, product, "?lang=en")

    assert "not published" in text
    assert "Under audit." in text


def test_a_section_of_which_nothing_is_known_is_collapsed(client: Client) -> None:
    product = make.product(published=True)

    text = page(client, product, "?lang=en")

    eco = text[text.index('id="eco"') :]
    assert eco.index("<details>") < eco.index("not disclosed") < eco.index("</details>")
    assert "<details>" not in text[text.index('id="identity"') :].split("</section>")[0]


def test_a_list_shows_its_lines(client: Client) -> None:
    product = make.product()
    make.field(
        product,
        "places.places",
        [{"role": "assembly", "place": "Ambert", "country": "FR"}],
    )
    publish_sheet(product=product)

    assert ">assembly — Ambert, FR</li>" in page(client, product, "?lang=en")


def test_recalls_come_before_the_name(client: Client) -> None:
    product = make.product(name="Pull marin")
    notice = [{"authority": "DGCCRF", "reference": "2026-1", "text": "Rapporter."}]
    make.field(product, "recalls.recalls", notice)
    publish_sheet(product=product)

    text = page(client, product)
    body = text[text.index("<main") :]

    assert body.index("Rapporter. — DGCCRF — 2026-1") < body.index(">Pull marin</h1>")
    assert body.count("Rapporter.") == 1


def test_who_is_behind_stands_at_the_top(client: Client) -> None:
    company = make.company("Filature du Test", is_fictitious=True)
    make.fact(company, "legal_name", "Filature du Test SAS")
    make.rate(company, 64)
    product = make.product(of=company, published=True)

    text = page(client, product, "?lang=en")
    top = text[: text.index('id="identity"')]

    assert "Fictitious product" in top
    assert ">64</data><span>" in top
    assert "incomplete civil status (1/11)" in top
    assert top.count('<i class="is-there">') == 1
    assert f"/companies/{company.pk}" in text


def test_no_company_and_no_rate_are_said(client: Client) -> None:
    text = page(client, make.product(published=True), "?lang=en")

    assert "No company has declared this product." in text
    assert "No rate published" in text


def test_an_old_rate_is_marked(client: Client) -> None:
    company = make.company()
    make.rate(company, measured_on=timezone.localdate() - timedelta(days=400))
    product = make.product(of=company, published=True)

    assert "more than a year old" in page(client, product, "?lang=en")


def test_variants_link_to_their_own_sheets_in_the_same_language(client: Client) -> None:
    family = Family.objects.create(name="Pull")
    other = make.product(
        family=family, variant={"colour": "marine"}, name="Marine", published=True
    )
    product = make.product(family=family, published=True)

    text = page(client, product, "?lang=en")

    assert f'<a href="/01/{other.pk}?lang=en">Marine — marine</a>' in text


def test_the_stock_says_the_hour(client: Client) -> None:
    product = make.product(of=make.company(), published=True)
    set_stock(product=product, store="Ambert", quantity=3)

    text = page(client, product, "?lang=en")

    hour = timezone.localtime().strftime(" at %H:")
    assert hour in text[text.index('id="stock"') :]


def test_the_attribution_of_the_data_is_a_link(client: Client) -> None:
    product = make.product()
    Product.objects.filter(pk=product.pk).update(
        attribution="© contributeurs Open Food Facts",
        attribution_url="https://world.openfoodfacts.org/",
    )
    product.refresh_from_db()
    publish_sheet(product=product)

    text = page(client, product)

    assert 'href="https://world.openfoodfacts.org/"' in text
    assert "© contributeurs Open Food Facts" in text


def test_what_a_company_types_is_shown_and_never_run(client: Client) -> None:
    product = make.product()
    make.field(product, "identity.brand", "<script>alert(1)</script>")
    source = Source(name="X", url="javascript:alert(1)")
    make.field(product, "eco.method", "PEF", source=source)
    publish_sheet(product=product)

    text = page(client, product)

    # Our own one, that checks the page, and no other.
    assert text.count("<script") == text.count('<script type="module" src=') == 1
    assert "javascript:" not in text


def test_it_counts_what_is_expected_and_not_disclosed(client: Client) -> None:
    product = make.product()
    make.field(product, "identity.category", status=Status.NONE, value=None)
    publish_sheet(product=product)

    text = page(client, product, "?lang=en")

    assert "6 expected values are not disclosed" in text


@pytest.mark.parametrize(
    ("query", "header", "expected"),
    [
        ("", "", "fr"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "de, fr;q=0.5, en;q=0.4", "fr"),
        ("", "de", "fr"),
        ("", "en;q=0, fr", "fr"),
        ("?lang=fr", "en", "fr"),
        ("?lang=de", "en", "en"),
    ],
)
def test_the_language_is_the_address_s_then_the_browser_s_then_french(
    client: Client, query: str, header: str, expected: str
) -> None:
    product = make.product(published=True)

    answer = client.get(f"/01/{product.pk}{query}", headers={"Accept-Language": header})

    assert answer["Content-Language"] == expected
    assert f'<html lang="{expected}">' in answer.content.decode()
