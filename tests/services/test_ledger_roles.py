"""The rights that the documentation gives are enough, and no more than that."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from ledger import sequencing
from ledger.models import Checkpoint, Entry
from tests.ledger import making

pytestmark = [pytest.mark.services, pytest.mark.django_db]
PAGE = settings.BASE_DIR / "docs" / "decisions" / "0030-append-only.md"
ROLES = ("flashsesame_web", "flashsesame_sequencer")


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture(autouse=True)
def roles() -> None:
    """Make the roles, in the transaction of the test, as the page says."""
    for role in ROLES:
        execute(f"CREATE ROLE {role}")
    found = re.search(r"```sql\n(.+?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    execute(found[1])


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    execute(f"SET ROLE {role}")
    try:
        yield
    finally:
        execute("RESET ROLE")


def refused(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        execute(statement)


def test_the_web_appends_and_the_sequencer_places() -> None:
    with acting_as("flashsesame_web"):
        making.append(300)
    with acting_as("flashsesame_sequencer"):
        assert sequencing.sequence(200).size == 200
        assert sequencing.sequence().size == 300
        sequencing.sign_of_life()
        sequencing.publish(300)

    making.require_whole()


def test_the_web_can_place_sign_and_delete_nothing() -> None:
    with acting_as("flashsesame_web"):
        making.append(1)
        for statement in (
            "UPDATE ledger_entry SET position = 0",
            "DELETE FROM ledger_entry",
            "TRUNCATE ledger_entry CASCADE",
            "INSERT INTO ledger_tile VALUES (0, 0, 1, '')",
            "UPDATE ledger_state SET size = 0",
            "DELETE FROM ledger_checkpoint",
        ):
            refused(statement)


def test_the_sequencer_can_append_and_alter_nothing() -> None:
    making.log_of(1)
    with acting_as("flashsesame_sequencer"):
        for statement in (
            "INSERT INTO ledger_entry (kind) VALUES ('')",
            "UPDATE ledger_entry SET leaf = ''",
            "UPDATE ledger_checkpoint SET note = ''",
            "DELETE FROM ledger_cosignature",
            "ALTER TABLE ledger_entry DISABLE TRIGGER USER",
            "SET session_replication_role = replica",
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                execute(statement)

    assert Entry.objects.count() == Checkpoint.objects.count() == 1
