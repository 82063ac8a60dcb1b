"""Stating and correcting the fields of a sheet in the admin."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from companies.levels import SourceKind
from companies.models import Company
from companies.services import Source
from products.models import Statement
from tests import make

pytestmark = pytest.mark.django_db

ADD = reverse("admin:products_statement_add")
LIST = reverse("admin:products_statement_changelist")


def signed_in(user: User) -> Client:
    """Return a browser in which `user` is signed in, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def form(**members: Any) -> dict[str, Any]:
    """Return the form of a statement as a browser sends it."""
    return {"status": "known", "value": "", "level": "declared", **members}


def change(statement: Statement) -> str:
    """Return the address at which a statement is corrected."""
    return reverse("admin:products_statement_change", args=[statement.pk])


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


@pytest.fixture
def browser(company: Company) -> Client:
    """Return the browser of an editor of the company."""
    return signed_in(make.member(company, role="editor"))


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("identity.brand", "Val d’Ance", "Val d’Ance"),
        ("identity.category", "jumper, wool", ["jumper", "wool"]),
        ("identity.net_content", "500 GRM", {"value": "500", "unit": "GRM"}),
        ("nutrition.salt", "1,2", "1.2"),
        ("identity.name", '{"fr": "Pull", "en": "Jumper"}', None),
    ],
)
def test_a_field_is_typed_the_short_way(
    browser: Client, company: Company, field: str, typed: str, stored: Any
) -> None:
    product = make.product(of=company)

    answer = browser.post(ADD, form(product=product.pk, field=field, value=typed))

    assert answer["Location"] == LIST
    statement = Statement.objects.current().get(product=product, field=field)
    assert statement.value == (stored or {"fr": "Pull", "en": "Jumper"})
    assert statement.source_name == "Filature"


def test_a_correction_supersedes_what_was_seen(
    browser: Client, company: Company
) -> None:
    product = make.product(of=company)
    old = make.field(product, "identity.brand", "Ance")

    page = browser.get(change(old)).content.decode()
    browser.post(change(old), form(value="Val d’Ance"))

    assert ">Ance</textarea>" in page
    new = Statement.objects.current().get(field="identity.brand")
    assert (new.value, new.supersedes) == ("Val d’Ance", old)


def test_a_value_that_somebody_corrected_meanwhile_is_not_overwritten(
    browser: Client, company: Company
) -> None:
    product = make.product(of=company)
    seen = make.field(product, "identity.brand", "Ance")
    newer = make.field(product, "identity.brand", "Val d’Ance")

    answer = browser.post(change(seen), form(value="Autre"))

    assert "corrected this value meanwhile" in answer.content.decode()
    assert Statement.objects.current().get(field="identity.brand") == newer


def test_a_wrong_value_is_an_error_of_the_form(
    browser: Client, company: Company
) -> None:
    product = make.product(of=company)

    answer = browser.post(
        ADD, form(product=product.pk, field="nutrition.salt", value="much")
    )

    assert "This value does not fit the field" in answer.content.decode()
    assert not Statement.objects.filter(field="nutrition.salt").exists()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("price.components", '[{"code": "energy"}]'),
        ("price.components", '[{"code": "energy", "amount": "much"}]'),
        ("eco.pcf_by_stage", '[{"stage": "use"}]'),
        ("places.places", '[{"place": "A", "share_pct": "half"}]'),
    ],
)
def test_what_no_sheet_could_show_is_refused_where_it_is_typed(
    browser: Client, company: Company, field: str, typed: str
) -> None:
    product = make.product(of=company)

    answer = browser.post(ADD, form(product=product.pk, field=field, value=typed))

    assert "This value does not fit the field" in answer.content.decode()
    assert not Statement.objects.filter(field=field).exists()


def test_computed_fields_are_not_offered(browser: Client) -> None:
    text = browser.get(ADD).content.decode()

    assert 'value="price.components"' in text
    assert 'value="price.completeness"' not in text


def test_a_stranger_states_nothing_of_another_s_product(company: Company) -> None:
    product = make.product(of=company)
    said = make.field(product, "identity.brand", "Ance")
    stranger = signed_in(make.member(make.company("Étrangère")))

    add = stranger.post(
        ADD, form(product=product.pk, field="identity.brand", value="Faux")
    )
    assert stranger.get(change(said)).status_code == 302
    assert stranger.post(change(said), form(value="Faux")).status_code in {302, 403}

    assert "Select a valid choice" in add.content.decode()
    assert Statement.objects.get(field="identity.brand") == said


def test_a_viewer_states_nothing(company: Company) -> None:
    product = make.product(of=company)
    said = make.field(product, "identity.brand", "Ance")
    viewer = signed_in(make.member(company, role="viewer"))

    assert viewer.get(change(said)).status_code == 200
    assert viewer.post(change(said), form(value="Faux")).status_code == 403
    assert viewer.get(ADD).status_code == 403


def test_an_editor_here_and_viewer_there_states_nothing_there(company: Company) -> None:
    there = make.company("Là-bas")
    user = make.member(company, role="editor")
    there.memberships.create(user=user, role="viewer")
    product = make.product(of=there)

    answer = signed_in(user).post(
        ADD, form(product=product.pk, field="identity.brand", value="Faux")
    )

    assert "Only an editor of this company may change it." in answer.content.decode()
    assert not Statement.objects.filter(field="identity.brand").exists()


def test_what_a_laboratory_said_is_not_the_member_s_to_correct(
    browser: Client, company: Company
) -> None:
    product = make.product(of=company)
    source = Source(kind=SourceKind.LABORATORY, name="Labo")
    said = make.field(product, "nutrition.salt", "1.2", source=source)

    assert browser.post(change(said), form(value="0.1")).status_code == 403


def test_the_operator_corrects_a_source_and_keeps_its_kind(
    admin_client: Client,
) -> None:
    product = make.product()
    source = Source(kind=SourceKind.COMMUNITY, name="Open Food Facts")
    said = make.field(product, "nutrition.salt", "1.2", source=source)

    admin_client.post(change(said), form(value="1.3", source_name="Open Food Facts"))

    new = Statement.objects.current().get(field="nutrition.salt")
    assert (new.value, new.source_kind, new.supersedes) == ("1.3", "community", said)


def test_the_list_shows_lists_line_by_line(browser: Client, company: Company) -> None:
    product = make.product(of=company)
    make.field(
        product, "places.places", [{"role": "assembly", "place": "A", "country": "FR"}]
    )

    answer = browser.get(LIST, {"field": "places.places"})

    assert "assembly — A, FR" in answer.content.decode()
    assert answer.context["cl"].result_count == 1
