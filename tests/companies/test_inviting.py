"""
Inviting people by e-mail: the whole life of an invitation, and who may.

Long because every test needs the same cast: an owner at the desk, a phone without an
account, and the link out of the e-mail between them.
"""

from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from common.waiting import _pool
from companies.errors import (
    AddressRefused,
    AlreadyMember,
    InvitationUsed,
    NotAnOwner,
    TooManyInvitations,
)
from companies.models import Act, Company, Invitation, Mail
from companies.services.inviting import (
    digest,
    invite_member,
    revoke_invitation,
    send_again,
)
from companies.services.joining import accept_invitation
from tests import make
from tests.companies.invitations import (
    ADD,
    LIST,
    company,
    desk,
    invite,
    link,
    owner,
    phone,
    quick,
    signed_in,
    token,
    unsent,
)

__all__ = ["company", "desk", "owner", "phone", "quick", "unsent"]

pytestmark = pytest.mark.django_db


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
