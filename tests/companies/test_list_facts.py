"""Sites and labels are typed a line each, and a correction loses nothing of them."""

from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from companies.forms import listing
from companies.forms.counting import LineRefused
from companies.models import Company, Statement
from tests import make

ADD = reverse("admin:companies_statement_add")
SITES, LABELS = "list[site]", "list[certificate]"
MILL = {
    "name": "Filature",
    "siret": "73282932000074",
    "place": "Roubaix",
    "country": "FR",
}
LABEL = {
    "name": "GOTS",
    "issuer": "Ecocert",
    "id": "12345",
    "valid_from": "2026-01-01",
    "valid_to": "2026-12-31",
    "scope": "filage, teinture",
}


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


def browser_of(user: User) -> Client:
    """Return a browser in which `user` is signed in, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def stated(browser: Client, company: Company, fact: str, value: str) -> str:
    """Send the form of a fact, and return the page that answers, if one does."""
    form = {
        "company": str(company.pk),
        "fact": fact,
        "status": "known",
        "level": "declared",
        "value": value,
    }
    return unescape(browser.post(ADD, form).content.decode())


@pytest.mark.parametrize(
    ("kind", "value", "typed"),
    [
        (SITES, [MILL], "Filature ; 73282932000074 ; Roubaix ; FR"),
        (SITES, [{"place": "Lyon"}], ";  ; Lyon ;"),
        (SITES, [{"name": "Ambert", "lat": "45.5", "lng": "3.7"}], None),
        (
            LABELS,
            [LABEL],
            "GOTS ; Ecocert ; 12345 ; 2026-01-01 ; 2026-12-31 ; filage, teinture",
        ),
        (SITES, [MILL, {**MILL, "is_open": True}], None),
        (SITES, [{"name": "A ; B"}, {"name": "a\nb"}, {"name": 5}, {}], None),
        (SITES, [{"name": "{x"}, {"country": "France"}, {"name": None}], None),
        (LABELS, [{"scheme": "GOTS", "valid_to": "soon"}], None),
    ],
    ids=range(8),
)
def test_what_is_stored_is_shown_so_that_it_is_read_as_the_same(
    kind: str, value: list[Any], typed: str | None
) -> None:
    text = listing.as_lines(kind, value)

    assert listing.entries(kind, text) == value
    assert len(text.splitlines()) == len(value)
    if typed is not None:
        assert text == typed


def test_days_are_read_as_the_french_write_them() -> None:
    (label,) = listing.entries(LABELS, "\nGOTS;Ecocert;1;14/03/2026;2027-03-13\n")

    assert (label["valid_from"], label["valid_to"]) == ("2026-03-14", "2027-03-13")


@pytest.mark.parametrize(
    ("kind", "line", "why"),
    [
        (SITES, "A ; ; Roubaix ; France", "not “France”"),
        (SITES, "A ; ; ; FR ; ; north", "“north” is not a number"),
        (SITES, "A;1;2;FR;4;5;6;7", "at most 7 parts"),
        (SITES, " ; ; ", "says nothing"),
        (SITES, '{"name": ', "this JSON cannot be read"),
        (LABELS, "GOTS ; Ecocert ; 1 ; 03/14/2026", "“03/14/2026” is not a date"),
    ],
    ids=range(6),
)
def test_an_error_names_the_line(kind: str, line: str, why: str) -> None:
    with override("en"), pytest.raises(LineRefused, match=r"^Line 3\b") as refused:
        listing.entries(kind, f"Right\n\n{line}")

    assert why in str(refused.value)


@pytest.mark.django_db
def test_a_member_types_sites_by_line_and_corrects_them(company: Company) -> None:
    browser = browser_of(make.member(company, role="editor"))
    page = unescape(browser.get(ADD, {"fact": "sites"}).content.decode())
    line = "Filature ; 73282932000074 ; Roubaix ; FR"

    stated(browser, company, "sites", f"{line}\r\nDépôt ; ; Élancourt ; fr")

    assert "One site a line" in page
    said = Statement.objects.get()
    assert said.value == [
        MILL,
        {"name": "Dépôt", "place": "Élancourt", "country": "FR"},
    ]
    change = reverse("admin:companies_statement_change", args=[said.pk])
    assert line in unescape(browser.get(change).content.decode())


@pytest.mark.django_db
def test_what_is_wrong_is_said_and_nothing_is_stated(company: Company) -> None:
    browser = browser_of(make.member(company, role="editor"))

    text = stated(browser, company, "labels", "OK\nGOTS ; Ecocert ; 1 ; hier")

    assert "Line 2: “hier” is not a date" in text
    assert not Statement.objects.exists()
    stated(browser, company, "labels", '[{"name": "GOTS", "other": "x"}]')
    assert Statement.objects.get().value == [{"name": "GOTS", "other": "x"}]


@pytest.mark.django_db
def test_a_stranger_types_nothing(company: Company) -> None:
    stranger = make.member(make.company("Autre"), role="editor")

    stated(browser_of(stranger), company, "sites", "Filature")

    assert not Statement.objects.exists()
