"""`manage.py rotate_credential_key`: let a new key sign our credentials."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from companies.models import IssuingKey
from companies.services.issuing import rotate_issuing_key, withdraw_issuing_key


class Command(BaseCommand):
    """Retire the key of today; with `--withdraw`, take a compromised one out."""

    help = (
        "Let a new key sign credentials from now on. What the one before it signed "
        "holds, unless that key is withdrawn."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the name of a compromised key."""
        parser.add_argument(
            "--withdraw",
            metavar="NAME",
            help="Somebody else may have the key of this name, such as k1: take it out "
            "of the DID document and revoke what it signed.",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Do one or the other."""
        name = options["withdraw"]
        if name is None:
            key = rotate_issuing_key(author=None)
            self.stdout.write(f"{key.name} signs from now on.")
            return
        found = IssuingKey.objects.filter(name=name).first()
        if found is None:
            raise CommandError(f"There is no key named {name}.")
        count = withdraw_issuing_key(key=found, author=None)
        self.stdout.write(f"{name} is taken out; {count} credentials are revoked.")
