"""Disputes in the admin: who opens, answers, decides and withdraws them."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from companies.models import Company, Dispute, Evidence, Statement, Verifier
from companies.services import disputing
from tests import make
from tests.shoppers.test_contests import PDF

pytestmark = pytest.mark.django_db
LIST = reverse("admin:companies_dispute_changelist")
ADD = reverse("admin:companies_dispute_add")
WORDS = "Nous avons recompté hier."


def signed_in(user: User) -> Client:
    """Return a browser in which `user` is signed in, in English, with two factors."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def stated(name: str = "Filature") -> Statement:
    return make.fact(make.company(name), "employees", "4711")


def page(dispute: Dispute) -> str:
    return reverse("admin:companies_dispute_change", args=[dispute.pk])


def post(browser: Client, dispute: Dispute, deed: str, **given: Any) -> Any:
    """Press the button of a form as the page shows it."""
    sent = {"seen": dispute.state, f"_{deed}": "1", **given}
    return browser.post(page(dispute), sent, follow=True)


def text_of(response: Any) -> str:
    """Return the page, one space for any white space."""
    return re.sub(r"\s+", " ", response.content.decode())


def opening(of: Company, **members: Any) -> dict[str, Any]:
    given = {"company": str(of.pk), "fact": "employees", "kind": "wrong"}
    given["text"] = "Le registre dit autre chose."
    return {**given, **members}


def verifier() -> User:
    user = User.objects.create_user("auditor", is_staff=True)
    Verifier.objects.create(user=user, organisation="Audit", kind="auditor")
    return user


def test_a_member_of_another_company_contests_a_fact() -> None:
    statement = stated()
    rival = make.member(make.company("Rivale"), "viewer")
    browser = signed_in(rival)

    assert browser.get(ADD).status_code == 200
    answer = browser.post(ADD, opening(statement.company), follow=True)

    dispute = Dispute.objects.get()
    assert (dispute.statement, dispute.opened_by) == (statement, rival)
    assert answer.redirect_chain == [(page(dispute), 302)]
    assert "Le registre dit autre chose." in text_of(answer)
    assert "4,711" in text_of(answer)


def test_a_verifier_contests_a_fact_with_a_document(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.EVIDENCE_DIR = tmp_path
    statement = stated()
    browser = signed_in(verifier())
    upload = SimpleUploadedFile("Zoé.pdf", PDF, "application/pdf")

    answer = browser.post(ADD, opening(statement.company, evidence=upload), follow=True)

    dispute = Dispute.objects.get()
    document = Evidence.objects.get()
    assert dispute.evidence.get() == document
    download = reverse("admin:companies_evidence_download", args=[document.pk])
    # The author sees that it is there; the company fetches it.
    assert document.name in text_of(answer)
    assert download not in text_of(answer)
    owner = signed_in(make.member(statement.company))
    assert download in text_of(owner.get(page(dispute)))


@pytest.mark.parametrize(
    "named", ["FILATURE", "no one", " "], ids=["by name", "unknown", "empty"]
)
def test_a_company_is_found_by_its_exact_name_too(named: str) -> None:
    statement = stated()
    browser = signed_in(make.member(make.company("Rivale")))

    answer = browser.post(ADD, opening(statement.company, company=named))

    assert Dispute.objects.exists() is (named == "FILATURE")
    assert answer.status_code == (302 if named == "FILATURE" else 200)


def test_companies_of_one_name_are_told_apart() -> None:
    stated("Jumelle")
    stated("Jumelle")
    browser = signed_in(make.member(make.company("Rivale")))

    answer = browser.post(ADD, opening(make.company(), company="jumelle"))

    assert "Several companies are called so" in text_of(answer)


def test_a_refusal_of_the_service_keeps_what_was_typed() -> None:
    statement = stated()
    browser = signed_in(make.member(statement.company))

    answer = browser.post(ADD, opening(statement.company))

    assert "correct its statement instead" in text_of(answer)
    assert "Le registre dit autre chose." in text_of(answer)
    assert not Dispute.objects.exists()


def test_a_person_sees_what_concerns_it_and_nothing_else() -> None:
    own, foreign = stated("Filature"), stated("Étrangère")
    author = make.member(make.company("Rivale"))
    mine = make.dispute(own, opened_by=author)
    other = make.dispute(foreign)

    seen_by_owner = text_of(signed_in(make.member(own.company)).get(LIST))
    seen_by_author = text_of(signed_in(author).get(LIST))
    nobody = signed_in(make.member(make.company("Tierce")))

    assert str(mine.pk) in seen_by_owner
    assert str(mine.pk) in seen_by_author
    assert str(other.pk) not in seen_by_owner + seen_by_author
    assert str(mine.pk) not in text_of(nobody.get(LIST))
    for browser in (nobody, signed_in(verifier())):
        assert browser.get(page(mine)).status_code == 404
        assert post(browser, mine, "withdraw").status_code == 404
    searched = nobody.get(LIST, {"q": "Filature"})
    assert str(mine.pk) not in text_of(searched)


def test_the_company_is_not_told_who_contests() -> None:
    author = make.member(make.company("Rivale"), username="zoe-secret")
    statement = stated()
    signed_in(author).post(ADD, opening(statement.company))
    dispute = Dispute.objects.get()
    owner = signed_in(make.member(statement.company))
    history = reverse("admin:companies_dispute_history", args=[dispute.pk])
    acts = reverse("admin:companies_act_changelist")

    seen = [text_of(owner.get(one)) for one in (LIST, page(dispute), history, acts)]

    assert "zoe-secret" not in "".join(seen)
    assert "Rivale" not in "".join(seen)


def test_the_operator_is_told_who_contests(admin_client: Client) -> None:
    author = make.member(make.company("Rivale"), username="zoe-secret")
    dispute = make.dispute(stated(), opened_by=author)

    assert "zoe-secret" in text_of(admin_client.get(page(dispute)))


def test_an_editor_maintains_the_statement() -> None:
    dispute = make.dispute(stated())
    browser = signed_in(make.member(dispute.company, "editor"))

    answer = post(browser, dispute, "answer", choice="maintain", answer=WORDS)

    dispute.refresh_from_db()
    assert (dispute.state, dispute.answer) == ("maintained", WORDS)
    assert "The answer is published." in text_of(answer)
    assert WORDS in text_of(answer)


def test_a_correction_is_offered_and_not_said_for_the_company() -> None:
    statement = stated()
    dispute = make.dispute(statement)
    browser = signed_in(make.member(dispute.company))
    before = text_of(browser.get(page(dispute)))
    correction = make.fact(dispute.company, "employees", "12")

    offered = text_of(browser.get(page(dispute)))
    dispute.refresh_from_db()
    assert dispute.state == "open"
    post(browser, dispute, "answer", choice="correct", answer=WORDS)

    assert "has corrected it" not in before
    assert "has corrected it" in offered
    assert "nobody answers for it" in offered
    dispute.refresh_from_db()
    assert (dispute.state, dispute.correction) == ("corrected", correction)


def test_an_answer_without_a_second_factor_is_not_taken() -> None:
    dispute = make.dispute(stated())
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(make.member(dispute.company))

    browser.post(
        page(dispute),
        {"seen": "open", "_answer": "1", "choice": "maintain", "answer": WORDS},
    )

    dispute.refresh_from_db()
    assert dispute.state == "open"


def test_a_short_answer_is_shown_again_with_its_error() -> None:
    dispute = make.dispute(stated())
    browser = signed_in(make.member(dispute.company))

    answer = post(browser, dispute, "answer", choice="maintain", answer="Non.")

    assert "at least 10 characters" in text_of(answer)
    dispute.refresh_from_db()
    assert dispute.state == "open"


def test_what_moved_since_the_page_was_shown_is_not_moved_again() -> None:
    dispute = make.dispute(stated())
    browser = signed_in(make.member(dispute.company))
    disputing.withdraw_dispute(dispute=Dispute.objects.get(), author=None)

    answer = post(browser, dispute, "answer", choice="maintain", answer=WORDS)

    assert "Nothing was done." in text_of(answer)
    dispute.refresh_from_db()
    assert dispute.state == "withdrawn"


@pytest.mark.parametrize("deed", ["answer", "decide", "withdraw"])
def test_a_viewer_reads_and_does_nothing(deed: str) -> None:
    dispute = make.dispute(stated())
    browser = signed_in(make.member(dispute.company, "viewer"))
    given = {"choice": "maintain", "answer": WORDS, "verdict": "rejected"}

    shown = text_of(browser.get(page(dispute)))
    post(browser, dispute, deed, reason=WORDS, **given)

    assert f'name="_{deed}"' not in shown
    dispute.refresh_from_db()
    assert dispute.state == "open"


def test_the_author_withdraws_it_for_good() -> None:
    author = make.member(make.company("Rivale"))
    dispute = make.dispute(stated(), opened_by=author)
    browser = signed_in(author)

    assert "For good" in text_of(browser.get(page(dispute)))
    answer = post(browser, dispute, "withdraw")

    dispute.refresh_from_db()
    assert dispute.state == "withdrawn"
    assert 'name="_withdraw"' not in text_of(answer)


def test_the_operator_decides_and_does_not_answer(admin_client: Client) -> None:
    dispute = make.dispute(stated())
    early = text_of(admin_client.get(page(dispute)))
    Dispute.objects.update(due_on=timezone.localdate() - timedelta(days=1))

    late = text_of(admin_client.get(page(dispute)))
    post(admin_client, dispute, "decide", verdict="upheld", reason=WORDS)

    assert 'value="upheld"' not in early
    assert 'value="upheld"' in late
    assert 'name="_answer"' not in late
    dispute.refresh_from_db()
    assert (dispute.state, dispute.decision) == ("upheld", WORDS)


def test_what_is_due_first_is_on_top(admin_client: Client) -> None:
    company = make.company()
    settled, later, sooner = (
        make.dispute(make.fact(company, "employees", "47")) for _ in range(3)
    )
    disputing.withdraw_dispute(dispute=settled, author=None)
    for dispute, days in ((settled, 1), (later, 9), (sooner, 2)):
        day = timezone.localdate() + timedelta(days=days)
        Dispute.objects.filter(pk=dispute.pk).update(due_on=day)

    listed = text_of(admin_client.get(LIST))

    places = [listed.index(str(one.pk)) for one in (sooner, later, settled)]
    assert places == sorted(places)


def test_nobody_deletes_a_dispute(admin_client: Client) -> None:
    dispute = make.dispute(stated())
    delete = reverse("admin:companies_dispute_delete", args=[dispute.pk])

    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
    selected = {"action": "delete_selected", "_selected_action": [str(dispute.pk)]}
    admin_client.post(LIST, {**selected, "post": "yes"})
    assert Dispute.objects.exists()


def test_an_empty_list_says_what_will_be_there() -> None:
    browser = signed_in(make.member(make.company()))

    assert browser.get(LIST).status_code == 200
