"""`GET /search`: a page for people, on any phone, without JavaScript."""

import re

import pytest
from django.test import Client

from tests import make

pytestmark = pytest.mark.django_db


def test_it_shows_what_was_found_and_leads_to_the_sheets(client: Client) -> None:
    company = make.company("Tricots du Test", is_fictitious=True)
    product = make.product(name="Écharpe <rouge>", of=company, published=True)

    response = client.get("/search", {"q": "echarpes", "lang": "fr"})

    html = response.content.decode()
    assert response.status_code == 200
    assert "Écharpe &lt;rouge&gt;" in html
    assert f'href="/sheets/{product.pk}?lang=fr"' in html
    assert "Tricots du Test" in html
    assert 'value="echarpes"' in html
    assert "<script" not in html
    assert response["Cache-Control"] == "public, max-age=60"
    assert client.get(f"/sheets/{product.pk}?lang=fr").status_code == 200


def test_a_corrected_word_is_said_and_may_be_insisted_on(client: Client) -> None:
    make.product(name="Camembert", published=True)

    html = client.get("/search", {"q": "camenbert", "lang": "en"}).content.decode()
    insisted = re.search(r'href="(/search\?[^"]*exact=true[^"]*)"', html)

    assert "No product has the word “camenbert”. Shown here: “camembert”." in html
    assert insisted is not None
    again = client.get(insisted[1].replace("&amp;", "&")).content.decode()
    assert "No product here has all these words." in again


def test_pages_lead_on_and_back(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.searching.SIZE", 2)
    for number in range(3):
        make.product(name=f"Pull {number}", published=True)

    def names(html: str) -> list[str]:
        return re.findall(r"<strong>(Pull \d)</strong>", html)

    def link(html: str, rel: str) -> str:
        found = re.search(rf'href="([^"]+)" rel="{rel}"', html)
        return found[1].replace("&amp;", "&") if found else ""

    first = client.get("/search?q=pull&lang=en").content.decode()
    second = client.get(link(first, "next")).content.decode()

    assert len(names(first)) == 2
    assert sorted(names(first) + names(second)) == ["Pull 0", "Pull 1", "Pull 2"]
    assert '<html lang="en">' in second
    assert (link(first, "prev"), link(second, "next")) == ("", "")
    assert names(client.get(link(second, "prev")).content.decode()) == names(first)


@pytest.mark.parametrize("asked", ["q=", "", "q=%00", "q=%F0%9F%8D%AB", "q=%FF%FE"])
def test_nothing_to_show_is_said_in_words(client: Client, asked: str) -> None:
    response = client.get(f"/search?{asked}&lang=en")

    html = response.content.decode()
    assert response.status_code == 200
    assert "No product here has" in html or "No sheet has been published yet" in html


def test_a_made_up_page_is_not_there(client: Client) -> None:
    response = client.get("/search?q=pull&cursor=made-up&lang=en")

    assert response.status_code == 404
    assert "Search again." in response.content.decode()


def test_a_search_takes_no_form_from_elsewhere(client: Client) -> None:
    assert client.post("/search", {"q": "pull"}).status_code == 405


def test_the_home_page_has_a_search_box(client: Client) -> None:
    html = client.get("/?lang=en").content.decode()

    assert 'action="/search"' in html
    assert 'name="lang" value="en"' in html
