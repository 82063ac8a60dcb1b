"""Who invites, who is invited, and the link in the e-mail."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from common.sealing import unseal
from companies.models import Company, Mail
from companies.services.inviting import invite_member
from tests import make

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
