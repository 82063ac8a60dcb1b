"""`manage.py capture_events`: a document of events, captured in a company's name."""

import time
import uuid
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common.errors import DomainError
from companies.models import Company
from products.models import Capture
from products.services import ask_capture
from products.services.capturing import Way
from products.tasks import capture_events

BLOCK = 65_536
PAUSE_SECONDS = 0.5


class Command(BaseCommand):
    """Works through the document here, so that no worker is needed."""

    help = "Capture an EPCIS 2.0 document in the name of a company."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a file, a company, and what is asked."""
        parser.add_argument("file", type=Path, help="JSON-LD or XML")
        parser.add_argument(
            "--company", required=True, help="its identifier, or its exact name"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only check: record nothing"
        )
        parser.add_argument(
            "--proceed",
            action="store_true",
            help="record the right events even where others are refused",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Capture, show how far it is, and end with an error when it is refused."""
        proceed, rollback = Capture.Behaviour.PROCEED, Capture.Behaviour.ROLLBACK
        try:
            capture = ask_capture(
                company=_company(options["company"]),
                chunks=_blocks(options["file"]),
                way=Way(
                    door=Capture.Door.COMMAND,
                    name=options["file"].name,
                    is_dry_run=options["dry_run"],
                    behaviour=proceed if options["proceed"] else rollback,
                ),
            )
        except DomainError as refused:
            raise CommandError(refused.detail) from refused
        except OSError as error:
            raise CommandError(str(error)) from error
        self._work(capture)
        self._tell(capture)

    def _work(self, capture: Capture) -> None:
        capture.refresh_from_db()
        while capture.is_worked_on:
            before = (capture.state, capture.done)
            capture_events()
            capture.refresh_from_db()
            if (capture.state, capture.done) == before:
                # A worker has it, or another document goes first.
                time.sleep(PAUSE_SECONDS)
            elif self.stdout.isatty():
                self.stdout.write(f"{capture.done} / {capture.total}", ending="\r")

    def _tell(self, capture: Capture) -> None:
        for one in capture.errors.all():
            self.stderr.write(f"{one.path} {one.code}: {one.text}")
        self.stdout.write(
            _(
                "%(state)s: %(total)s events, %(added)s new, %(corrected)s declared "
                "wrong, %(unchanged)s known already, %(failed)s refused"
            )
            % {
                "state": capture.get_state_display(),
                "total": capture.total,
                "added": capture.added,
                "corrected": capture.corrected,
                "unchanged": capture.unchanged,
                "failed": capture.failed,
            }
        )
        if capture.error_code:
            raise CommandError(f"{capture.error_code}: {capture.error_text}")


def _company(named: str) -> Company:
    try:
        found = Company.objects.filter(pk=uuid.UUID(named))
    except ValueError:
        found = Company.objects.filter(name=named)
    companies = list(found[:2])
    if len(companies) != 1:
        raise CommandError(_("Name one company by its identifier: %s") % named)
    return companies[0]


def _blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while block := source.read(BLOCK):
            yield block
