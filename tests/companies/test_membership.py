"""Who acts for a company: changed by its owners, and never without one."""

from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from common.waiting import _pool
from companies.errors import LastOwner, MemberGone, NotAnOwner, RoleUnknown
from companies.models import Act, Company, Invitation, Membership
from companies.services.inviting import invite_member
from companies.services.membership import change_role, remove_member
from tests import make

pytestmark = pytest.mark.django_db

LIST = reverse("admin:companies_membership_changelist")


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


def signed_in(user: User) -> Client:
    """Return a browser in which `user` is signed in with a second factor."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def page(member: Membership, what: str = "change") -> str:
    """Return the address of a member's page."""
    return reverse(f"admin:companies_membership_{what}", args=[member.pk])


def test_an_owner_changes_a_role_and_removes_a_member(
    desk: Client, company: Company, owner: User
) -> None:
    member = make.member(company, "viewer", username="ada").memberships.get()

    desk.post(page(member), {"role": "editor"})
    member.refresh_from_db()
    assert member.role == "editor"
    desk.post(page(member, "delete"), {"post": "yes"})

    assert list(Membership.objects.all()) == [owner.memberships.get()]
    kinds = Act.objects.order_by("pk").values_list("kind", "subject")
    assert list(kinds) == [("member.role", "editor"), ("member.removed", "editor")]


def test_the_last_owner_stays_one(desk: Client, company: Company, owner: User) -> None:
    member = owner.memberships.get()
    make.member(company, "editor")
    # Whose account is closed could not say anything either.
    make.member(company, "owner", is_active=False)

    lowered = desk.post(page(member), {"role": "viewer"})
    removed = desk.post(page(member, "delete"), {"post": "yes"}, follow=True)

    for answer in (lowered, removed):
        assert "This is the only owner." in answer.content.decode()
    with pytest.raises(LastOwner):
        remove_member(member=member, author=owner)
    member.refresh_from_db()
    assert member.role == "owner"


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_the_others_read_who_acts_and_change_nothing(
    company: Company, owner: User, role: str
) -> None:
    person = make.member(company, role, username="ada")
    browser, member = signed_in(person), owner.memberships.get()

    assert "owner" in browser.get(LIST).content.decode()
    assert browser.get(page(member)).status_code == 200
    assert browser.post(page(member), {"role": "viewer"}).status_code == 403
    assert browser.post(page(member, "delete"), {"post": "yes"}).status_code == 403
    own = person.memberships.get()
    assert browser.post(page(own), {"role": "owner"}).status_code == 403
    with pytest.raises(NotAnOwner):
        change_role(member=own, role="owner", author=person)
    assert set(Membership.objects.values_list("role", flat=True)) == {"owner", role}


def test_a_stranger_sees_no_member(company: Company, owner: User) -> None:
    browser = signed_in(make.member(make.company("Étrangère"), username="stranger"))
    member = owner.memberships.get()

    listed = browser.get(LIST, {"q": "owner"}).content.decode()
    assert "Filature" not in listed
    for address in (page(member), page(member, "delete"), page(member, "history")):
        assert browser.get(address).status_code in {302, 403}
        assert browser.post(address, {"role": "viewer", "post": "yes"}).status_code in {
            302,
            403,
        }
    assert owner.memberships.get().role == "owner"


def test_without_a_second_factor_no_role_changes(company: Company, owner: User) -> None:
    member = make.member(company, "viewer").memberships.get()
    browser = Client()
    browser.force_login(owner)

    changed = browser.post(page(member), {"role": "owner"})
    removed = browser.post(page(member, "delete"), {"post": "yes"})

    assert changed.headers["Location"] == "/admin/account/second-factor/"
    assert removed.headers["Location"] == "/admin/account/second-factor/"
    assert Membership.objects.get(pk=member.pk).role == "viewer"


def test_what_a_former_owner_promised_is_taken_back(
    company: Company, owner: User
) -> None:
    other = make.member(company, "owner", username="ada")
    invite_member(company=company, email="a@b.example", role="owner", author=other)

    change_role(member=other.memberships.get(), role="editor", author=owner)

    assert Invitation.objects.get().state == "revoked"


def test_who_is_gone_and_roles_that_are_none_are_refused(
    company: Company, owner: User
) -> None:
    member = make.member(company, "viewer").memberships.get()
    gone = Membership(pk=member.pk, company=company, user=member.user, role="viewer")
    with pytest.raises(RoleUnknown):
        change_role(member=member, role="king", author=owner)
    remove_member(member=member, author=owner)

    with pytest.raises(MemberGone):
        change_role(member=gone, role="editor", author=owner)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_owners_who_step_down_at_once_leave_one(
    company: Company, owner: User
) -> None:
    other = make.member(company, "owner", username="ada")
    together = Barrier(2)

    def step_down(user: User) -> str:
        together.wait()
        try:
            remove_member(member=user.memberships.get(), author=user)
        except LastOwner as refused:
            return refused.code
        return "gone"

    assert sorted(_pool.map(step_down, [owner, other])) == ["gone", "last_owner"]
    assert Membership.objects.count() == 1


def test_who_is_removed_does_not_come_back_by_an_older_invitation(
    company: Company, owner: User
) -> None:
    ada = make.member(company, "viewer", email="Ada@example.org")
    for address in ("ada@example.org", "bea@example.org"):
        invite_member(company=company, email=address, role="owner", author=owner)

    remove_member(member=company.memberships.get(user=ada), author=owner)

    waiting = Invitation.objects.unanswered().values_list("email", flat=True)
    assert list(waiting) == ["bea@example.org"]


@pytest.mark.parametrize(
    ("role", "left"), [("viewer", 0), ("owner", 1)], ids=["lowered", "raised"]
)
def test_a_lower_role_ends_the_promise_of_a_higher_one(
    company: Company, owner: User, role: str, left: int
) -> None:
    ada = make.member(company, "editor", email="ada@example.org")
    invite_member(company=company, email="ada@example.org", role="owner", author=owner)

    change_role(member=company.memberships.get(user=ada), role=role, author=owner)

    assert Invitation.objects.unanswered().count() == left
