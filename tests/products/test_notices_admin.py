"""A recall typed in the back office: issued, corrected, withdrawn."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from companies.models import Company
from products.models import Notice, Product
from products.services.noticing import Issuer
from tests import make
from tests.products.notices_made import issued

pytestmark = pytest.mark.django_db
ADD = reverse("admin:products_notice_add")


@pytest.fixture
def maker() -> Company:
    """Return who makes the cheese."""
    return make.company("Fromagerie du Test")


@pytest.fixture
def cheese(maker: Company) -> Product:
    """Return a product that readers see."""
    return make.product(name="Tomme", of=maker, published=True)


def browser_of(user: User, *, is_sure: bool = True) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client) if is_sure else client


def typed(**members: Any) -> dict[str, Any]:
    """Return what a person types."""
    return {
        "kind": "recall",
        "authority": "RappelConso",
        "reference": "SR/1/26",
        "url": "",
        "published_at_0": "2026-01-02",
        "published_at_1": "10:00:00",
        "lots": "L1\n\n L2 ",
        "ranges": "L100 … L199",
        "serials": "",
        "text_fr": "Listeria",
        "todo_fr": "Rapporter",
        "text_en": "",
        "todo_en": "",
        **members,
    }


def change(notice: Notice) -> str:
    return reverse("admin:products_notice_change", args=[notice.pk])


def test_an_editor_issues_corrects_and_withdraws(
    maker: Company, cheese: Product
) -> None:
    browser = browser_of(make.member(maker, "editor"))

    made = browser.post(ADD, typed(product=cheese.pk), follow=True)
    assert "lot L1, lot L2, lots L100 to L199 — Listeria" in made.content.decode()
    first = Notice.objects.get()
    shown = browser.get(change(first)).content.decode()
    assert "L100 … L199" in shown

    browser.post(change(first), typed(lots="L1", ranges="", reason="Moins de lots"))
    second = Notice.objects.get(version=2)
    assert second.batches == [{"lot": "L1"}]
    # The first version is history: it is read, and not corrected a second time.
    assert browser.post(change(first), typed()).status_code == 403

    refused = browser.post(change(second), typed(withdraw="on"))
    assert "Say why" in refused.content.decode()
    browser.post(change(second), typed(withdraw="on", reason="Analyses bonnes"))
    assert Notice.objects.get(version=3).is_withdrawn
    assert browser.get(change(Notice.objects.get(version=3))).status_code == 200


def test_what_is_refused_is_said_and_nothing_recorded(
    maker: Company, cheese: Product
) -> None:
    browser = browser_of(make.member(maker, "editor"))

    short = browser.post(ADD, typed(product=cheese.pk, ranges="L1 … L100"))
    single = browser.post(ADD, typed(product=cheese.pk, ranges="L1"))

    assert "the ends of a range have the same length" in short.content.decode()
    assert "write the first lot" in single.content.decode()
    assert not Notice.objects.exists()


def test_without_a_second_factor_nothing_is_issued(
    maker: Company, cheese: Product
) -> None:
    browser = browser_of(make.member(maker, "editor"), is_sure=False)

    assert browser.post(ADD, typed(product=cheese.pk)).status_code == 302
    assert not Notice.objects.exists()


def test_a_viewer_reads_and_a_stranger_finds_nothing(
    maker: Company, cheese: Product
) -> None:
    notice = issued(cheese)
    viewer = browser_of(make.member(maker, "viewer"))
    stranger = browser_of(make.member(make.company("Ailleurs"), "owner"))

    assert "Listeria" in viewer.get(change(notice)).content.decode()
    assert viewer.post(change(notice), typed()).status_code == 403
    assert stranger.get(change(notice)).status_code == 302
    stranger.post(ADD, typed(product=cheese.pk))
    assert Notice.objects.count() == 1


def test_the_operator_s_is_only_read_by_the_company(
    maker: Company, cheese: Product
) -> None:
    notice = issued(cheese, by=Issuer(author=make.operator()))
    browser = browser_of(make.member(maker, "owner"))

    assert browser.get(change(notice)).status_code == 200
    assert browser.post(change(notice), typed()).status_code == 403
