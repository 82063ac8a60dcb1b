"""
Inviting people by e-mail: the whole life of an invitation, and who may.

Long because every test needs the same cast: an owner at the desk, a phone without an
account, and the link out of the e-mail between them.
"""

import re
from datetime import timedelta
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from common.logs import hide_secrets
from common.sealing import unseal
from common.waiting import _pool
from companies.errors import (
    AddressRefused,
    AlreadyMember,
    InvitationUsed,
    NotAnOwner,
    TooManyInvitations,
)
from companies.models import Act, Company, Invitation, Mail, Membership
from companies.services.inviting import (
    digest,
    invite_member,
    revoke_invitation,
    send_again,
)
from companies.services.joining import accept_invitation
from tests import make

pytestmark = pytest.mark.django_db

LIST = reverse("admin:companies_invitation_changelist")
ADD = reverse("admin:companies_invitation_add")
NEW = {
    "action": "open",
    "name": "  Ada   Lovelace ",
    "password": "Une-laine-neuve-59",
}


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    """Hash passwords in no time: how slowly they are hashed is Django's affair."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def unsent(settings: Settings) -> None:
    """Leave e-mails where they are written: once sent, their text is gone."""
    settings.EMAIL_IS_SENT = False


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


@pytest.fixture
def owner(company: Company) -> User:
    """Return its owner."""
    return make.member(company, "owner", username="owner")


@pytest.fixture
def desk(owner: User) -> Client:
    """Return the owner's browser, with a second factor."""
    return signed_in(owner)


@pytest.fixture
def phone() -> Client:
    """Return the browser of somebody who is not signed in."""
    return Client(headers={"Accept-Language": "en"})


def signed_in(user: User) -> Client:
    """Return a browser in which `user` is signed in with a second factor."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def link() -> str:
    """Return the link in the latest e-mail."""
    text = unseal(Mail.objects.latest("pk").body)
    found = re.search(r"http://\S+?(/admin/invitations/fsi_[\w-]{43}/)", text)
    assert found
    return found.group(1)


def token(address: str) -> str:
    """Return the token of a link."""
    return address.strip("/").rpartition("/")[2]


def invite(
    company: Company, owner: User, email: str = "ada@filature.example", **more: str
) -> str:
    """Invite somebody as an editor, and return the link."""
    role = more.get("role", "editor")
    invite_member(company=company, email=email, role=role, author=owner)
    return link()


def test_an_owner_invites_and_the_e_mail_alone_holds_the_link(
    desk: Client, company: Company, owner: User
) -> None:
    answer = desk.post(
        ADD,
        {"company": company.pk, "email": " Ada@Filature.Example ", "role": "editor"},
        follow=True,
    )

    text = answer.content.decode()
    invitation = Invitation.objects.get()
    assert "ada@filature.example" in text
    assert "the e-mail is written to a file in" in text
    assert invitation.email == "ada@filature.example"
    assert invitation.invited_by == owner
    assert invitation.token_digest == digest(token(link()))
    assert token(link()) not in text
    assert invitation.expires_at - timezone.now() > timedelta(days=6, hours=23)
    act = Act.objects.get(kind="invitation.sent")
    assert (act.actor, act.subject) == (owner, "editor")
    assert not Act.objects.filter(subject__contains="@").exists()


def test_without_a_second_factor_nobody_is_invited(
    company: Company, owner: User
) -> None:
    client = Client()
    client.force_login(owner)

    answer = client.post(
        ADD, {"company": company.pk, "email": "a@b.example", "role": "editor"}
    )

    assert answer.headers["Location"] == "/admin/account/second-factor/"
    assert not Invitation.objects.exists()
    kept = client.session["flashsesame.interrupted"]["fields"]
    assert ["email", "a@b.example"] in kept


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_who_is_no_owner_invites_nobody(company: Company, role: str) -> None:
    person = make.member(company, role)
    browser = signed_in(person)
    given = {"company": company.pk, "email": "a@b.example", "role": "viewer"}

    assert browser.post(ADD, given).status_code == 403
    assert browser.get(LIST).status_code == 403
    with pytest.raises(NotAnOwner):
        invite(company, person)


def test_a_stranger_sees_and_moves_no_invitation(company: Company, owner: User) -> None:
    invite(company, owner)
    invitation = Invitation.objects.get()
    stranger = make.member(make.company("Étrangère"), username="stranger")
    browser = signed_in(stranger)
    page = reverse("admin:companies_invitation_change", args=[invitation.pk])

    assert "filature" not in browser.get(LIST).content.decode()
    assert browser.get(page).status_code == 302
    for action in ("revoke", "send_again"):
        browser.post(LIST, {"action": action, "_selected_action": [invitation.pk]})
    answer = browser.post(
        ADD, {"company": company.pk, "email": "a@b.example", "role": "owner"}
    )
    assert "Select a valid choice" in answer.content.decode()
    with pytest.raises(NotAnOwner):
        revoke_invitation(invitation=invitation, author=stranger)
    assert Invitation.objects.get().state == "open"
    assert Mail.objects.count() == 1


def test_the_same_address_again_renews_and_kills_the_old_link(
    phone: Client, company: Company, owner: User
) -> None:
    old = invite(company, owner)
    Invitation.objects.update(expires_at=timezone.now())

    new = invite(company, owner, "ADA@filature.example", role="viewer")

    assert Invitation.objects.get().role == "viewer"
    answer = phone.get(old)
    assert answer.status_code == 404
    assert "use the link in that one" in answer.content.decode()
    assert phone.get(new).status_code == 200


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


def test_an_invitation_is_taken_back_and_sent_again_from_the_list(
    desk: Client, phone: Client, company: Company, owner: User
) -> None:
    address = invite(company, owner)
    chosen = {"_selected_action": [Invitation.objects.get().pk]}

    sent = desk.post(LIST, {"action": "send_again", **chosen}, follow=True)
    newer = link()
    taken = desk.post(LIST, {"action": "revoke", **chosen}, follow=True)
    late = desk.post(LIST, {"action": "send_again", **chosen}, follow=True)

    assert "1 invitation was sent again." in sent.content.decode()
    assert "1 invitation was taken back." in taken.content.decode()
    assert "This invitation was taken back." in late.content.decode()
    assert phone.get(address).status_code == 404
    assert phone.get(newer).status_code == 410
    kinds = Act.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["invitation.sent"] * 2 + ["invitation.revoked"]


def test_a_day_has_a_number_of_invitations(
    company: Company, owner: User, settings: Settings
) -> None:
    settings.INVITATIONS_PER_DAY = 2
    invite(company, owner)
    invite(company, owner)

    with pytest.raises(TooManyInvitations):
        invite(company, owner)
    Act.objects.update(at=timezone.now() - timedelta(days=1))
    assert invite(company, owner)


def test_who_is_a_member_already_is_not_invited(company: Company, owner: User) -> None:
    make.member(company, "editor", username="ada", email="ada@filature.example")

    with pytest.raises(AlreadyMember):
        invite(company, owner, role="viewer")
    assert invite(company, owner, role="owner")


@pytest.mark.parametrize("address", ["", "ada", "a@b", "a@b.example\nBcc: c@d.example"])
def test_what_is_no_address_is_refused(
    company: Company, owner: User, address: str
) -> None:
    with pytest.raises(AddressRefused):
        invite(company, owner, address)


def test_an_accepted_one_is_not_taken_back(company: Company, owner: User) -> None:
    address = invite(company, owner)
    invitation = Invitation.objects.get()
    accept_invitation(token=token(address), user=User.objects.create_user("bob"))

    with pytest.raises(InvitationUsed):
        revoke_invitation(invitation=invitation, author=owner)
    with pytest.raises(InvitationUsed):
        send_again(invitation=invitation, author=owner)


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


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_one_address_invited_twice_at_once_is_one_invitation(
    unsent: None, company: Company, owner: User
) -> None:
    together = Barrier(2)

    def send(_number: int) -> None:
        together.wait()
        invite_member(company=company, email="a@b.example", role="viewer", author=owner)

    list(_pool.map(send, range(2)))

    assert Invitation.objects.count() == 1
    assert Mail.objects.count() == 2
