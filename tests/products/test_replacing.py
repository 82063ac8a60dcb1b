"""One product takes the place of another: who may say so, what may not, who is led."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies.errors import NotAnEditor
from companies.models import Act, Company
from products import replacements, services
from products.errors import NothingReplaced, ReplacementRefused
from products.models import Product, Replacement, Sheet
from tests import make

pytestmark = pytest.mark.django_db
ADD = reverse("admin:products_replacement_add")
LIST = reverse("admin:products_replacement_changelist")


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


@pytest.fixture
def editor(company: Company) -> User:
    """Return an editor of the company."""
    return make.member(company, role="editor")


def replaced(old: Product, new: Product, author: User, **said: Any) -> Replacement:
    """Record a replacement since yesterday."""
    since = said.pop("since", timezone.localdate() - timedelta(days=1))
    return services.replace_product(old=old, new=new, since=since, author=author)


def identity(product: Product, language: str = "en") -> dict[str, Any]:
    """Publish a product, and return the section of its identity."""
    services.publish_sheet(product=product)
    sheet = Sheet.objects.of_gtin(product.pk, language)[0]
    found = json.loads(bytes(sheet.body))["sections"]["identity"]
    assert isinstance(found, dict)
    return found


def test_both_sheets_say_so_and_the_notice_comes_first(
    company: Company, editor: User
) -> None:
    old = make.product(of=company, name="Ancien", published=True)
    new = make.product(of=company, name="Nouveau", published=True)

    replaced(old, new, editor, since=date(2026, 3, 1))

    assert set(Product.objects.due()) == {old, new}
    before, after = identity(old), identity(new)
    assert before["fields"]["replaced_by"]["value"] == {
        "gtin": new.pk,
        "name": "Nouveau",
        "since": "2026-03-01",
    }
    assert before["panels"][0]["key"] == "replaced"
    assert "March 1, 2026" in before["panels"][0]["text"]
    assert after["fields"]["replaces"]["value"][0]["gtin"] == old.pk
    assert "Ancien" in after["panels"][0]["lines"][0]
    assert Sheet.objects.filter(product=old).exists()
    assert Act.objects.get(kind="product.replaced").subject == "Ancien → Nouveau"


def test_a_code_without_a_sheet_leads_to_the_last_that_has_one(
    company: Company, editor: User
) -> None:
    first = make.product(of=company)
    second, third = (make.product(of=company, published=True) for _ in range(2))
    replaced(first, second, editor)
    replaced(second, third, editor)

    assert replacements.current_of(first.pk) == third.pk
    # It has a sheet, which stays readable for ever.
    assert replacements.current_of(second.pk) is None
    assert replacements.current_of(third.pk) is None
    assert replacements.current_of("00000000000000") is None


def test_what_is_taken_back_leaves_its_trace(company: Company, editor: User) -> None:
    old = make.product(of=company)
    new = make.product(of=company, published=True)
    replaced(old, new, editor)

    services.take_replacement_back(old=old, author=editor)

    assert replacements.current_of(old.pk) is None
    assert identity(old)["fields"]["replaced_by"]["status"] == "unknown"
    assert list(Replacement.objects.values_list("new", flat=True)) == [None, new.pk]
    with pytest.raises(NothingReplaced):
        services.take_replacement_back(old=old, author=editor)
    # And said anew.
    replaced(old, new, editor)
    assert replacements.successor(old.pk) == new.pk


def test_a_later_line_corrects(company: Company, editor: User) -> None:
    old = make.product(of=company)
    wrong, right = (make.product(of=company, published=True) for _ in range(2))
    replaced(old, wrong, editor)
    replaced(old, right, editor)

    assert replacements.current_of(old.pk) == right.pk
    assert identity(wrong)["fields"]["replaces"]["status"] == "unknown"


def reason(old: Product, new: Product, author: User, **said: Any) -> str:
    """Return why a replacement is refused."""
    with pytest.raises(ReplacementRefused) as refused:
        replaced(old, new, author, **said)
    return str(refused.value.extra["reason"])


def test_what_makes_no_sense_is_refused(company: Company, editor: User) -> None:
    a, b, c = (make.product(of=company, published=True) for _ in range(3))
    unpublished = make.product(of=company)
    replaced(a, b, editor)
    replaced(b, c, editor)

    assert reason(c, a, editor) == "cycle"
    assert reason(b, a, editor) == "cycle"
    assert reason(a, a, editor) == "itself"
    assert reason(a, b, editor) == "known"
    assert reason(c, unpublished, editor) == "not_published"
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert reason(a, c, editor, since=tomorrow) == "in_future"
    assert Replacement.objects.count() == 2


def test_a_chain_ends_somewhere(
    company: Company, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacements, "LONGEST_CHAIN", 3)
    chain = [make.product(of=company, published=True) for _ in range(5)]
    for old, new in pairwise(chain[:4]):
        replaced(old, new, editor)

    assert reason(chain[3], chain[4], editor) == "too_long"


def test_others_products_are_not_replaced(company: Company, editor: User) -> None:
    own = make.product(of=company, published=True)
    other = make.product(of=make.company("Étrangère"), published=True)
    nobody_s = make.product(published=True)

    assert reason(own, other, editor) == "other_company"
    assert reason(own, nobody_s, editor) == "other_company"
    with pytest.raises(NotAnEditor):
        replaced(other, own, editor)
    with pytest.raises(NotAnEditor):
        replaced(other, own, make.member(company, role="viewer"))
    # The operator does, when a brand is sold.
    replaced(other, own, make.operator())
    with pytest.raises(NotAnEditor):
        services.take_replacement_back(old=other, author=editor)


def test_the_draft_of_a_product_is_not_published_with_it(
    company: Company, editor: User
) -> None:
    old, new = (make.product(of=company, published=True) for _ in range(2))
    make.field(old, "identity.brand", "Pas encore")

    replaced(old, new, editor)

    assert set(Product.objects.due()) == {new}


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_at_once_close_no_circle() -> None:
    company = make.company()
    operator = make.operator()
    ring = [make.product(of=company, published=True) for _ in range(4)]

    def say(at: int) -> bool:
        try:
            replaced(ring[at], ring[(at + 1) % 4], operator)
        except ReplacementRefused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(say, range(4)))

    assert sorted(done) == [False, True, True, True]


def browser_of(user: User) -> Client:
    """Return a browser in which `user` is signed in, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def test_an_editor_records_it_and_takes_it_back(company: Company, editor: User) -> None:
    old = make.product(of=company, name="Ancien")
    new = make.product(of=company, name="Nouveau", published=True)
    browser = browser_of(editor)
    form = {"old": old.pk, "new": new.pk, "since": "2026-03-01", "reason": "content"}

    answer = browser.post(ADD, form)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    row = Replacement.objects.get()
    assert (row.author, row.reason, row.new) == (editor, "content", new)
    again = browser.post(ADD, form)
    assert "This replacement is recorded already." in again.content.decode()

    taken = browser.post(
        LIST, {"action": "take_back", "_selected_action": [row.pk]}, follow=True
    )
    assert "is not replaced any more." in taken.content.decode()
    assert Replacement.objects.first() != row
    assert "taken back" in browser.get(LIST).content.decode()


def test_a_stranger_neither_records_nor_takes_back(
    company: Company, editor: User
) -> None:
    old = make.product(of=company, name="Ancien", published=True)
    new = make.product(of=company, name="Nouveau", published=True)
    row = replaced(old, new, editor)
    stranger = browser_of(make.member(make.company("Étrangère")))
    form = {"old": new.pk, "new": old.pk, "since": "2026-03-01", "reason": "content"}

    assert "Select a valid choice" in stranger.post(ADD, form).content.decode()
    stranger.post(LIST, {"action": "take_back", "_selected_action": [row.pk]})

    assert Replacement.objects.get() == row
    assert "Ancien" not in stranger.get(LIST).content.decode()


def test_it_asks_for_a_second_factor(company: Company, editor: User) -> None:
    old = make.product(of=company)
    new = make.product(of=company, published=True)
    browser = Client()
    browser.force_login(editor)

    form = {"old": old.pk, "new": new.pk, "since": "2026-03-01", "reason": "content"}
    answer = browser.post(ADD, form)

    assert answer["Location"] == reverse("second_factor")
    assert not Replacement.objects.exists()
