"""Wrong passwords count together, whichever process they reach."""

import multiprocessing

import pytest
from django.db import connections
from django.test import Client

from tests import make

LOGIN = "/admin/account/login/"


def try_wrong(times: int) -> None:
    """Type a wrong password, in a process of its own."""
    # What the parent has open is the parent's.
    for connection in connections.all():
        connection.connection = None
    for _time in range(times):
        Client().post(LOGIN, {"login": "ada", "password": "x"})
    connections.close_all()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_five_wrong_passwords_lock_across_two_processes() -> None:
    user = make.member(make.company(), username="ada")
    user.set_password("Le-lin-de-Lens-62")
    user.save()
    browser = Client(headers={"Accept-Language": "en"})
    right = {"login": "ada", "password": "Le-lin-de-Lens-62"}
    assert browser.post(LOGIN, right).status_code == 302
    browser.logout()

    other = multiprocessing.get_context("fork").Process(target=try_wrong, args=(3,))
    other.start()
    other.join(60)
    assert other.exitcode == 0
    for _time in range(2):
        browser.post(LOGIN, {"login": "ada", "password": "x"})
    answer = browser.post(LOGIN, right)

    assert "Too many failed attempts." in answer.content.decode()
