"""The register of the demonstration: for made-up companies, without a network."""

import json

import pytest
from django.conf import LazySettings
from stdnum import lei
from stdnum.fr import siren, siret

from companies import catalogue, registers
from companies.models import Company, RegisterRecord, Statement
from companies.registers import demonstration
from companies.registers.demonstration import DEMONSTRATION
from companies.tasks.registers import ask_register, look_for_registers
from config.demonstration import fictitious
from tests import make
from tests.companies.registers.answers import Replies

pytestmark = pytest.mark.django_db
FILATURE = "999900012"


@pytest.fixture(autouse=True)
def switched_off(settings: LazySettings) -> None:
    settings.REGISTERS = ()


def company(*, is_fictitious: bool) -> Company:
    company = make.company("Filature du Vallon (fictive)", is_fictitious=is_fictitious)
    make.fact(company, "national_id", FILATURE)
    look_for_registers()
    ask_register("demonstration")
    return company


@pytest.mark.database
def test_it_answers_about_made_up_companies_with_no_register_switched_on(
    replies: Replies,
) -> None:
    made_up = company(is_fictitious=True)

    row = RegisterRecord.objects.get()
    assert (row.register, row.state, row.source_url) == ("demonstration", "found", "")
    assert registers.extracts([made_up.pk])[made_up.pk].keys() == {"demonstration"}
    said = {
        one.fact: one.value
        for one in Statement.objects.current().filter(source_name=DEMONSTRATION.name)
    }
    assert said["legal_name"] == "FILATURE DU VALLON (FICTIVE)"
    assert said["ultimate_parent"] is None
    assert replies.asked == []


def test_it_never_answers_about_a_real_company(replies: Replies) -> None:
    company(is_fictitious=False)

    assert not RegisterRecord.objects.exists()
    assert not Statement.objects.filter(source_kind="register").exists()


def test_a_made_up_company_is_asked_about_nowhere_else(
    settings: LazySettings, replies: Replies
) -> None:
    settings.REGISTERS = ("sirene", "gleif")
    made_up = company(is_fictitious=True)
    make.fact(made_up, "lei", "999900FLASHSESAM0166")
    look_for_registers()

    assert [one.register for one in RegisterRecord.objects.all()] == ["demonstration"]
    ask_register("sirene")
    ask_register("gleif")
    assert replies.asked == []


def test_a_made_up_company_that_it_does_not_know_is_absent() -> None:
    made_up = make.company(is_fictitious=True)
    make.fact(made_up, "national_id", "999900053")
    look_for_registers()

    ask_register("demonstration")

    assert RegisterRecord.objects.get().state == "absent"


def test_its_numbers_have_right_check_digits_and_its_texts_no_floats() -> None:
    for key, entry in demonstration.companies().items():
        assert siren.is_valid(key)
        assert entry["siren"] == key
        assert all(siret.is_valid(site["siret"]) for site in entry["sites"])
        assert all(site["siret"].startswith(key) for site in entry["sites"])
        assert entry["seat"]["siret"] in {site["siret"] for site in entry["sites"]}
        assert lei.is_valid(entry.get("lei", "999900FLASHSESAM0166"))
        for vat_id in entry["vat_ids"]:
            assert catalogue.clean("vat_id", vat_id).endswith(key)
    json.dumps(
        json.loads(
            demonstration.FILE.read_text(encoding="utf-8"), parse_float=pytest.fail
        )
    )


def test_it_repeats_what_the_demonstration_has_a_register_say() -> None:
    """Otherwise each load of the demonstration would state the other again."""
    for firm in fictitious.firms():
        wanted = {
            one.field: (one.status, one.value)
            for one in firm.statements
            if one.source.kind == "register"
        }
        number = next(
            one.value for one in firm.statements if one.field == "national_id"
        )
        said = {
            one.fact: (one.status, one.value)
            for one in DEMONSTRATION.says(demonstration.companies()[number])
        }
        both = wanted.keys() & said.keys()
        assert {key: wanted[key] for key in both} == {key: said[key] for key in both}
