"""What the simulated till and the simulated phone have in common on a terminal."""

import contextlib
import io
import json
import os
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from enum import IntEnum
from typing import Any, NamedTuple

import qrcode
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import override
from qrcode.constants import ERROR_CORRECT_M

from checkout.models import State
from checkout.sentences import MINOR_DIGITS
from checkout.simulating.lines import NotReached, Refused

# Written by `manage.py run` and `load_demo`, which stand above this room.
DEMONSTRATION = "demonstration.json"
QUIET_ZONE = 2


class Exit(IntEnum):
    """How a command ends, for scripts."""

    APPROVED = 0
    FAILED = 1
    DECLINED = 2
    NOBODY = 3
    REJECTED = 4
    REFUSED = 5
    CANCELED = 6


class Ending(NamedTuple):
    """How a state is told: the code, a style of Django's, and the words."""

    code: Exit
    style: str
    words: str


def ending(state: str, reason: str = "") -> Ending:
    """Return how a final state is told in the language of the moment."""
    if state == State.REJECTED and reason == "pass_invalid":
        words = _("Rejected: this pass is unknown, used or too old. Scan a new one.")
        return Ending(Exit.REJECTED, "ERROR", words)
    return {
        State.APPROVED: Ending(
            Exit.APPROVED, "SUCCESS", _("Approved: the payment may go on.")
        ),
        State.DECLINED: Ending(
            Exit.DECLINED, "WARNING", _("Declined: the shopper said no.")
        ),
        State.EXPIRED: Ending(
            Exit.NOBODY, "WARNING", _("Expired: nobody answered in time.")
        ),
        State.UNREACHABLE: Ending(
            Exit.NOBODY, "WARNING", _("Unreachable: no phone could be told.")
        ),
        State.CANCELED: Ending(
            Exit.CANCELED, "WARNING", _("Canceled: the till withdrew its question.")
        ),
    }.get(
        State(state),
        Ending(
            Exit.REJECTED, "ERROR", _("Rejected: this shopper cannot be asked now.")
        ),
    )


class DeviceCommand(BaseCommand):
    """A device that speaks the language of who sits before it."""

    # It speaks to a server, here or elsewhere; this machine's database is not touched.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what both devices take."""
        parser.add_argument(
            "--url", default=settings.BASE_URL, help="address of the server"
        )
        parser.add_argument(
            "--language", choices=["en", "fr"], default=_language_of(os.environ)
        )
        parser.add_argument("--no-qr", action="store_true", help="draw no QR code")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the device, and tell what goes wrong in a sentence."""
        with override(options["language"]), self._told():
            code = self.run(options)
        raise SystemExit(code)

    def run(self, options: dict[str, Any]) -> Exit:
        """Be the device until its end."""
        raise NotImplementedError

    def say(self, text: str, style: str = "") -> None:
        """Print a line at once, whoever reads."""
        self.stdout.write(getattr(self.style, style)(text) if style else text)
        self.stdout.flush()

    def draw(self, text: str, options: dict[str, Any]) -> None:
        """Draw a QR code of half blocks, light on a dark ground."""
        if options["no_qr"]:
            return
        code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
        code.add_data(text)
        drawn = io.StringIO()
        code.print_ascii(out=drawn, invert=True)
        self.say(drawn.getvalue().rstrip("\n"))

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except NotReached as error:
            raise CommandError(
                _(
                    "The server cannot be reached: %(cause)s. Start one with "
                    "“python3 manage.py run”, or say --url."
                )
                % {"cause": error},
                returncode=Exit.FAILED,
            ) from error
        except Refused as error:
            raise CommandError(_refusal(error), returncode=Exit.REFUSED) from error
        except ValueError as error:
            raise CommandError(str(error), returncode=Exit.FAILED) from error
        except KeyboardInterrupt:
            self.say(_("Stopped."))
            raise SystemExit(Exit.FAILED) from None


def demonstration() -> dict[str, Any]:
    """Return the demonstration's credentials; nothing where there is none."""
    try:
        content = json.loads((settings.DATA_DIR / DEMONSTRATION).read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def token_of(known: dict[str, Any], language: str) -> str:
    """Return the token of the demonstration's shopper of a language, if any."""
    for shopper in known.get("shoppers", []):
        if shopper.get("language") == language:
            return str(shopper["token"])
    return ""


def minor_units(amount: str, currency: str) -> int:
    """Return `12.99` as 1299. Raise `ValueError` for what is no amount."""
    try:
        units = Decimal(amount.replace(",", ".")).scaleb(MINOR_DIGITS.get(currency, 2))
    except InvalidOperation:
        units = Decimal(0)
    if not units.is_finite() or units <= 0 or units != units.to_integral_value():
        raise ValueError(
            _("“%(amount)s” is no amount of %(currency)s.")
            % {"amount": amount, "currency": currency}
        )
    return int(units)


def _refusal(error: Refused) -> str:
    if error.code == "invalid_signature":
        return _(
            "The server does not accept the signature (401): the secret is not this "
            "terminal’s, the terminal is disabled, or this machine’s clock is wrong."
        )
    if error.status == 401:
        return _("The server does not know this token (401).")
    return _("Refused by the server (%(status)s %(code)s): %(detail)s") % {
        "status": error.status,
        "code": error.code,
        "detail": error,
    }


def _language_of(environment: Any) -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"
