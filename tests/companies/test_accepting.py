"""What the link of an invitation opens, and for whom."""

from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.logs import hide_secrets
from common.waiting import _pool
from companies.errors import InvitationUsed
from companies.models import Company, Invitation, Membership
from companies.services.joining import accept_invitation
from tests import make
from tests.companies.invitations import (
    NEW,
    company,
    invite,
    owner,
    phone,
    quick,
    signed_in,
    token,
    unsent,
)

__all__ = ["company", "owner", "phone", "quick", "unsent"]

pytestmark = pytest.mark.django_db


def test_looking_at_the_link_changes_nothing_and_tells_nobody(
    phone: Client, company: Company, owner: User
) -> None:
    address = invite(company, owner)

    for _time in range(3):
        answer = phone.get(address)

    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer.headers["Cache-Control"]
    assert Invitation.objects.get().state == "open"
    assert not phone.session.keys()
    logged = hide_secrets(None, "info", {"event": "request", "path": address})
    assert token(address) not in str(logged)


def test_a_new_account_is_opened_by_the_link(
    phone: Client, company: Company, owner: User
) -> None:
    address = invite(company, owner)

    answer = phone.post(address, NEW, follow=True)

    user = User.objects.get(email="ada@filature.example")
    assert answer.redirect_chain[-1][0] == "/admin/"
    assert "You now act for Filature, as editor." in answer.content.decode()
    assert (user.first_name, user.is_staff, user.is_superuser) == (
        "Ada Lovelace",
        True,
        False,
    )
    assert user.check_password(NEW["password"])
    assert user.memberships.get().role == "editor"
    assert EmailAddress.objects.get(user=user).verified
    assert (
        "Filature"
        in phone.get(reverse("admin:companies_company_changelist")).content.decode()
    )
    assert (
        "accepted already"
        in Client(headers={"Accept-Language": "en"}).get(address).content.decode()
    )


def test_an_easy_password_opens_no_account(
    phone: Client, company: Company, owner: User
) -> None:
    address = invite(company, owner)

    for easy in ("filature", "12345678901", "ada@filature.example"):
        text = phone.post(address, {**NEW, "password": easy}).content.decode()
        assert "password" in text
        assert NEW["name"].strip() in text

    assert not User.objects.filter(email="ada@filature.example").exists()
    assert Invitation.objects.get().state == "open"


def test_who_has_an_account_signs_in_first_and_finds_the_invitation_again(
    phone: Client, company: Company, owner: User
) -> None:
    user = User.objects.create_user("ada", "ada@filature.example", "Un-lin-62-x")
    address = invite(company, owner)

    page = phone.get(address).content.decode()
    assert "has an account here" in page
    assert 'name="password"' not in page
    refused = phone.post(address, NEW).content.decode()
    assert "There is an account with this address already" in refused
    answer = phone.post(address, {"action": "sign-in"})
    assert token(address) not in answer.headers["Location"]
    answer = phone.post(
        answer.headers["Location"], {"login": "ada", "password": "Un-lin-62-x"}
    )
    assert answer.headers["Location"] == "/admin/invitations/open/"
    assert "Accept as ada" in phone.get("/admin/invitations/open/").content.decode()
    done = phone.post("/admin/invitations/open/", {"action": "accept"}, follow=True)

    assert "You now act for Filature, as editor." in done.content.decode()
    assert user.memberships.get().company == company
    user.refresh_from_db()
    assert user.is_staff


def test_another_account_may_accept_and_is_told(company: Company, owner: User) -> None:
    address = invite(company, owner)
    user = make.member(make.company("Autre"), username="bob")
    browser = signed_in(user)

    page = browser.get(address).content.decode()
    browser.post(address, {"action": "accept"})

    assert "It will count for the account you are signed in with." in page
    assert set(user.memberships.values_list("company__name", flat=True)) == {
        "Autre",
        "Filature",
    }
    assert Invitation.objects.get().accepted_by == user


@pytest.mark.parametrize(
    ("before", "invited", "after"),
    [
        ("viewer", "editor", "editor"),
        ("owner", "viewer", "owner"),
        ("editor", "editor", "editor"),
    ],
)
def test_a_role_is_raised_and_never_lowered(
    company: Company, owner: User, before: str, invited: str, after: str
) -> None:
    address = invite(company, owner, role=invited)
    user = make.member(company, before, username="bob")

    answer = signed_in(user).post(address, {"action": "accept"}, follow=True)

    assert user.memberships.get().role == after
    said = "nothing changed" if before == after else "You now act for"
    assert said in answer.content.decode()


def test_what_opens_nothing_says_why(
    phone: Client, company: Company, owner: User
) -> None:
    address = invite(company, owner)
    Invitation.objects.update(expires_at=timezone.now())
    expired = phone.post(address, NEW)
    Invitation.objects.update(revoked_at=timezone.now())
    revoked = phone.post(address, NEW)
    unknown = phone.post("/admin/invitations/fsi_nothing/", NEW)

    assert (expired.status_code, revoked.status_code) == (410, 410)
    assert "This invitation has expired." in expired.content.decode()
    assert "This invitation was taken back." in revoked.content.decode()
    assert unknown.status_code == 404
    assert Membership.objects.count() == 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_at_once_one_accepts_and_one_is_told(
    unsent: None, company: Company, owner: User
) -> None:
    address = invite(company, owner)
    people = [User.objects.create_user("ada"), User.objects.create_user("bob")]
    together = Barrier(2)

    def accept(user: User) -> str:
        together.wait()
        try:
            accept_invitation(token=token(address), user=user)
        except InvitationUsed as refused:
            return refused.code
        return "accepted"

    outcomes = sorted(_pool.map(accept, people))

    assert outcomes == ["accepted", "invitation_used"]
    assert Membership.objects.exclude(user=owner).count() == 1
