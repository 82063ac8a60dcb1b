"""`python3 manage.py second_factor demo-company`: the code that an app would show."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demonstration import credentials, second_factor

# Too few to copy it and press the button.
SECONDS_LEFT = 5


class Command(BaseCommand):
    """Print the current code of an account of the demonstration."""

    help = "Print the code of this moment for an account of the demonstration."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the account."""
        parser.add_argument("username", help="demo-company or demo-operator")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Look in the file of credentials; nobody else's secret is ever shown."""
        if settings.IS_PRODUCTION:
            raise CommandError(
                "This is the production mode: a second factor is the person's alone."
            )
        known = credentials.read()
        accounts = [known.get("company_user", {}), known.get("operator", {})]
        secrets = {
            one["username"]: one["totp_secret"]
            for one in accounts
            if "totp_secret" in one
        }
        secret = secrets.get(options["username"])
        if secret is None:
            names = ", ".join(secrets) or "none: python3 manage.py load_demo"
            raise CommandError(
                f"{options['username']} is no account of the demonstration ({names})."
            )
        code, seconds = second_factor.code(secret)
        self.stdout.write(code)
        if seconds <= SECONDS_LEFT:
            self.stderr.write(f"It is good for {seconds} s only; run this again then.")
