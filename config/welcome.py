"""What `manage.py run` prints in the end: addresses, credentials, lines to paste."""

from pathlib import Path
from string import Template
from typing import Any

from django.conf import settings

from config.demonstration import credentials

SCRIPT = Path(__file__).with_name("welcome.txt")
NO_DEMONSTRATION = """\
Open     $base/
Admin    $base/admin/   (no account yet: python3 manage.py createsuperuser)
API      $base/api/v1/schema

Without demonstration data there is nothing to scan: python3 manage.py load_demo
"""


def welcome(base_url: str) -> str:
    """Return the text, with this instance's addresses and credentials in it."""
    known = credentials.read()
    if not known:
        return Template(NO_DEMONSTRATION).substitute(base=base_url)
    return Template(SCRIPT.read_text(encoding="utf-8")).substitute(
        _values(base_url, known)
    )


def _values(base_url: str, known: dict[str, Any]) -> dict[str, str]:
    shopper, english = known["shoppers"]
    return {
        "base": base_url,
        "file": str(credentials.path()),
        "shopper": shopper["token"],
        "english": english["token"],
        "username": known["company_user"]["username"],
        "password": known["company_user"]["password"],
        "totp": known["company_user"]["totp_secret"],
        "operator": known["operator"]["username"],
        "operator_password": known["operator"]["password"],
        "company": known["terminal"]["company"],
        "terminal": known["terminal"]["id"],
        "secret": known["terminal"]["secret"],
        "full": known["products"]["full"],
        "real": known["products"]["real"],
        "folder": str(settings.DATA_DIR),
    }
