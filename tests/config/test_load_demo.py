"""
`manage.py load_demo`: what it loads, and that running it again is harmless.

One module, a little long: the demonstration is loaded once for all of its tests.
"""

import io
import json
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test.utils import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from stdnum import lei
from stdnum.fr import siren, siret, tva

from checkout.models import Terminal
from companies import civil_status
from companies.models import Company, SatisfactionRate
from companies.models import Statement as Fact
from config.demonstration import (
    credentials,
    fictitious,
    loader,
    open_food_facts,
    sheets,
)
from products import services
from products.errors import StockConflict
from products.gtin import is_gtin, is_restricted
from products.models import Product, Sheet, Statement, Stock
from shoppers.models import Device, Shopper

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.heavy]

FILATURE, BISCUITERIE, COMPTOIR = (UUID(firm.id) for firm in fictitious.firms())
SECTIONS = {"identity", "traceability", "places", "manufacturing", "price", "eco"}


@pytest.fixture(scope="module", autouse=True)
def loaded(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Load everything once; each test rolls back what it changes."""
    folder = tmp_path_factory.mktemp("demonstration")
    output = io.StringIO()
    with override_settings(DATA_DIR=folder), django_db_blocker.unblock():
        call_command("load_demo", stdout=output)
        yield output.getvalue()
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def own_folder(settings: LazySettings, tmp_path: Path) -> Path:
    """Give a test a copy of the credentials that it may spoil."""
    shutil.copy(credentials.path(), tmp_path)
    settings.DATA_DIR = tmp_path
    return tmp_path / credentials.NAME


def silently(_line: str) -> None:
    """Take a line of progress, and say nothing."""


def body(gtin: str, language: str = "fr") -> dict[str, Any]:
    """Return the published sheet of a product."""
    sheet = Sheet.objects.of_gtin(gtin, language).get()
    content: dict[str, Any] = json.loads(bytes(sheet.body))
    return content


def counts() -> list[int]:
    """Count every row that a load writes."""
    models = (Company, Fact, SatisfactionRate, Product, Statement, Sheet, Stock)
    return [
        *(model._default_manager.count() for model in models),
        *(
            model._default_manager.count()
            for model in (Shopper, Device, Terminal, User)
        ),
    ]


def test_three_hundred_real_products_and_more_name_their_source() -> None:
    real = Product.objects.filter(company=None)

    assert real.count() >= 300
    for product in real:
        assert product.attribution == open_food_facts.ATTRIBUTION
        assert product.attribution_url.startswith(f"{open_food_facts.SITE}/")
    sources = Statement.objects.filter(product__in=real).values_list(
        "source_kind", "level"
    )
    assert set(sources) == {("community", "declared")}
    assert "licence ODbL 1.0" in body(real[0].gtin)["attribution"]["text"]


def test_every_gtin_has_its_check_digit_and_means_one_product_everywhere() -> None:
    for gtin in Product.objects.values_list("gtin", flat=True):
        assert is_gtin(gtin)
        assert not is_restricted(gtin)
    made_up = Product.objects.exclude(company=None).values_list("gtin", flat=True)
    assert all(gtin.lstrip("0").startswith("952") for gtin in made_up)
    assert any(gtin.startswith("000000952") for gtin in made_up), "no EAN-8"


def test_every_product_has_one_revision_in_each_language() -> None:
    gtins = set(Product.objects.values_list("gtin", flat=True))

    for language in ("fr", "en"):
        published = Sheet.objects.filter(language=language, revision=1)
        assert set(published.values_list("product", flat=True)) == gtins
    assert not Product.objects.due().exists()


def test_running_it_twice_changes_nothing() -> None:
    before, file = counts(), credentials.path().read_bytes()
    output = io.StringIO()

    call_command("load_demo", stdout=output)

    assert counts() == before
    assert credentials.path().read_bytes() == file
    assert "0 new statements, 0 sheets published, 0 stocks set" in output.getvalue()


@pytest.mark.usefixtures("own_folder")
def test_an_interrupted_load_is_completed_by_the_next_one() -> None:
    before = counts()
    lost = [item.gtin for item in open_food_facts.select().items[-100:]]
    for model in (Sheet, Statement):
        model._default_manager.filter(product__in=lost).delete()
    Product.objects.filter(pk__in=lost).delete()

    def interrupt(line: str) -> None:
        if line.startswith("Sheets"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loader.load(interrupt)
    assert counts() != before
    loader.load(silently)

    assert counts() == before


def test_ctrl_c_ends_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_tell: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loader, "load", interrupt)

    with pytest.raises(CommandError, match="Run it again") as caught:
        call_command("load_demo")
    assert caught.value.returncode == 130


@pytest.mark.usefixtures("own_folder")
def test_what_a_person_stated_since_is_left_to_them() -> None:
    fact = Fact.objects.current().get(company=COMPTOIR, fact="founded_on")
    brand = Statement.objects.current().filter(field="identity.brand").first()
    assert brand is not None
    for row in (fact, brand):
        row.value, row.author = "2001-01-01", User.objects.all()[0]
        row.save()
    before = counts()

    loader.load(silently)

    assert counts() == before


@pytest.mark.usefixtures("own_folder")
def test_a_newer_file_corrects_what_the_demonstration_said() -> None:
    gtin = fictitious.featured()["full"]
    old = Statement.objects.current().get(product=gtin, field="identity.brand")
    Statement.objects.filter(pk=old.pk).update(value="Former")

    loaded = loader.load(silently)

    new = Statement.objects.current().get(product=gtin, field="identity.brand")
    assert (new.value, new.supersedes) == ("Vallon", old)
    assert (loaded.statements, loaded.published) == (1, 1)


@pytest.mark.parametrize(
    ("company", "present", "percent"),
    [(FILATURE, 11, "64"), (BISCUITERIE, 8, "87"), (COMPTOIR, 4, None)],
)
def test_the_companies_are_complete_partial_and_poor(
    company: UUID, present: int, percent: str | None
) -> None:
    document = civil_status.compose(Company.objects.get(pk=company), language="fr")

    assert document["fictitious"]
    assert "fictif" in document["name"] or "fictive" in document["name"]
    assert document["completeness"]["present"] == present
    assert document["satisfaction"].get("value") == percent


def test_the_till_of_the_first_company_has_a_rate_to_ask_with() -> None:
    known = credentials.read()
    terminal = Terminal.objects.get(pk=known["terminal"]["id"])
    rate = civil_status.latest_rate(terminal.company_id, on=timezone.localdate())

    assert rate is not None
    assert (rate.percent, terminal.company_id) == (64, FILATURE)
    assert round(100 * 27 / rate.answers) == rate.percent, "27 of 42 is 64 %"
    assert civil_status.latest_rate(COMPTOIR, on=timezone.localdate()) is None


def test_every_identifier_has_its_checksum_and_belongs_together() -> None:
    facts: dict[tuple[UUID, str], Any] = {
        (fact.company_id, fact.fact): fact.value for fact in Fact.objects.current()
    }
    for company in (FILATURE, BISCUITERIE, COMPTOIR):
        number = facts[company, "national_id"]
        assert siren.is_valid(number)
        vat = facts.get((company, "vat_id"), f"FR{siren.to_tva(number)}")
        assert tva.to_siren(tva.validate(vat)) == number
    assert lei.is_valid(facts[FILATURE, "lei"])
    for site in facts[FILATURE, "sites"]:
        number = siret.to_siren(siret.validate(site["siret"]))
        assert number == facts[FILATURE, "national_id"]


def test_the_first_company_shows_every_level_and_state() -> None:
    statements = Fact.objects.current().filter(company=FILATURE)

    assert {statement.level for statement in statements} == {
        "declared",
        "evidenced",
        "cross_checked",
        "third_party_verified",
    }
    states = [one for row in statements for one in row.states(timezone.localdate())]
    assert sorted(states) == ["disputed", "expired"]


def test_thirteen_sheets_have_something_known_in_every_section() -> None:
    full = Product.objects.filter(company__in=[FILATURE, BISCUITERIE])

    assert full.count() == 13
    for product in full:
        document = body(product.gtin)
        known = {
            key
            for key, section in document["sections"].items()
            for field in section["fields"].values()
            if field["status"] == "known"
        }
        is_food = product.company_id == BISCUITERIE
        assert known >= SECTIONS | {"certificates", "company"}, product
        assert ("nutrition" in known) == is_food, product
        assert document["fictitious"]
        assert document["gaps"] == [], product


def test_the_price_breakdowns_add_up_where_they_are_meant_to() -> None:
    found: dict[str, list[str]] = {}
    for product in Product.objects.exclude(company=None).filter(replacements=None):
        fields = body(product.gtin)["sections"]["price"]["fields"]
        found.setdefault(str(fields["completeness"].get("value")), []).append(
            product.name
        )
        share = fields["labour_share_of_price_pct"]["status"]
        adds_up = fields["completeness"].get("value") in {"full", "cost_only"}
        assert share == ("known" if adds_up else "unknown"), product

    assert len(found["full"]) == 14
    assert found["cost_only"] == ["Chaussettes du Vallon"]
    assert found["partial"] == ["Plaid Grand Nord"]
    assert found["None"] == ["Seau Tintamarre 10 l"]


def test_stages_add_up_to_the_footprint_and_to_the_work() -> None:
    # One that was replaced by another says little more than its name.
    for product in Product.objects.exclude(company=None).filter(replacements=None):
        sections = body(product.gtin)["sections"]
        eco, made = sections["eco"]["fields"], sections["manufacturing"]["fields"]
        stages = eco["pcf_by_stage"]["value"]
        total = sum(float(stage["kg_co2e"]) for stage in stages)
        assert total == pytest.approx(float(eco["pcf_total"]["value"]))
        minutes = sum(one["minutes"] for one in made["work_time_by_stage"]["value"])
        hours, _h, rest = made["work_time"]["value"][2:].rpartition("H")
        assert minutes == 60 * int(hours or 0) + int(rest.rstrip("M") or 0)


def test_the_laboratory_prevails_over_the_producer() -> None:
    gtin = fictitious.featured()["full"]
    said = Statement.objects.current().filter(product=gtin, field="eco.pcf_total")

    assert {row.source_kind for row in said} == {"producer", "laboratory"}
    retained = body(gtin)["sections"]["eco"]["fields"]["pcf_total"]
    assert retained["source"]["kind"] == "laboratory"
    assert retained["value"] == "8.42"


def test_variants_know_their_siblings() -> None:
    varied = {
        tuple(fields["varies_by"]["value"]): len(fields["siblings"]["value"]) + 1
        for product in Product.objects.exclude(family=None)
        for fields in [body(product.gtin)["sections"]["variants"]["fields"]]
    }

    assert varied == {("size",): 3, ("colour",): 2, ("flavour",): 3, ("pack",): 2}


def test_one_product_is_recalled_and_its_sheet_says_so_in_both_languages() -> None:
    recalled = Statement.objects.get(field="recalls.recalls", status="known")

    for language, words in (("fr", "ne pas consommer"), ("en", "Do not eat")):
        document = body(recalled.product_id, language)
        recalls = document["sections"]["recalls"]["fields"]["recalls"]
        assert words in recalls["lines"][0]


def test_what_open_food_facts_holds_to_be_wrong_is_disputed() -> None:
    sugars = Statement.objects.get(product="00000417296003", field="nutrition.sugars")

    assert sugars.value == "224"
    assert sugars.is_disputed


def test_the_old_answers_are_dated_and_bring_no_grade() -> None:
    old = Statement.objects.filter(product="03350030167509")

    assert {row.observed_at.year for row in old} == {2018}
    assert not old.filter(field="nutrition.nutri_score").exists()
    assert old.get(field="nutrition.salt").value == "1.3"


@pytest.mark.usefixtures("own_folder")
def test_stock_is_set_and_refreshed_before_it_goes_stale() -> None:
    assert sheets.is_stock_fresh([str(FILATURE)])
    stock = Stock.objects.filter(product__company=FILATURE).first()
    assert stock is not None
    yesterday = timezone.now() - 2 * sheets.FRESH_FOR
    Stock.objects.filter(pk=stock.pk).update(as_of=yesterday, quantity=3)
    assert not loader.is_loaded()

    loaded = loader.load(silently)

    stock.refresh_from_db()
    assert (loaded.stocks, stock.quantity) == (1, 3), "what was sold stays sold"
    assert stock.as_of > yesterday
    assert loader.is_loaded()


def test_a_lost_file_gives_new_credentials_to_the_same_people(own_folder: Path) -> None:
    before, rows = credentials.read(), counts()
    assert stat.S_IMODE(own_folder.stat().st_mode) == 0o600
    own_folder.unlink()
    assert not loader.is_loaded()

    loader.load(silently)

    after = credentials.read()
    assert counts() == rows
    assert loader.is_loaded()
    assert stat.S_IMODE(own_folder.stat().st_mode) == 0o600
    for key in ("company_user", "operator", "shoppers"):
        assert after[key] != before[key]
    assert after["terminal"]["id"] == before["terminal"]["id"]
    assert after["terminal"]["secret"] != before["terminal"]["secret"]
    for gtin in after["products"].values():
        assert Product.objects.filter(pk=gtin).exists()


def test_a_stock_told_meanwhile_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    Stock.objects.update(as_of=timezone.now() - 2 * sheets.FRESH_FOR)

    def told_meanwhile(**_stock: object) -> None:
        raise StockConflict("The stock changed meanwhile.")

    monkeypatch.setattr(services, "set_stock", told_meanwhile)

    assert sheets.stock(fictitious.items()) == 0


@pytest.mark.usefixtures("own_folder")
def test_another_version_of_the_files_asks_for_another_load() -> None:
    assert loader.is_loaded()
    credentials.write({**credentials.read(), "version": "former"})

    assert not loader.is_loaded()


def test_production_refuses_it(settings: LazySettings) -> None:
    settings.IS_PRODUCTION = True

    with pytest.raises(CommandError, match="--force"):
        call_command("load_demo")
    call_command("load_demo", force=True, verbosity=0)
