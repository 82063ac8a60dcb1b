"""Objects for tests, from typed functions: what matters is named where it is made."""

import itertools
import json
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from checkout import services as checkout_services
from checkout.models import PaymentPrompt, Terminal
from common import signing
from companies import services as company_services
from companies.levels import Level, SourceKind
from companies.models import (
    ApiKey,
    Company,
    Dispute,
    Evidence,
    Membership,
    SatisfactionRate,
    Statement,
    Verifier,
)
from companies.services import Source, disputing, keys
from products import gtin as arithmetic
from products.models import Family, Product
from products.services import publish_sheet, state_field
from scanning.models import Chain, InStoreNumber, NumberLayout, Store
from shoppers import services as shopper_services
from shoppers.models import Shopper
from shoppers.services import Registered

_numbers = itertools.count(1)


def gtin(number: int | None = None) -> str:
    """Return a GTIN-14 of GS1's demonstration prefix 952."""
    body = f"0952{next(_numbers) if number is None else number:09}"
    return body + str(arithmetic.check_digit(body))


def company(name: str = "Filature du Test", **columns: Any) -> Company:
    """Create a company."""
    return Company.objects.create(name=name, **columns)


def member(of: Company, role: str = "owner", **columns: Any) -> User:
    """Create a staff user who belongs to a company, with the rights of the group."""
    from companies.access import company_group

    username = columns.pop("username", f"member-{next(_numbers)}")
    user = User.objects.create_user(username, is_staff=True, **columns)
    user.groups.add(company_group())
    Membership.objects.create(company=of, user=user, role=role)
    return user


def api_key(of: Company, *scopes: str, **columns: Any) -> str:
    """Issue an API key of a company, and return its secret."""
    issued = keys.issue_key(
        company=of,
        name="Programme du Test",
        scopes=scopes or ("stock:write",),
        author=operator(),
    )
    if columns:
        ApiKey.objects.filter(pk=issued.key.pk).update(**columns)
    return issued.secret


def operator() -> User:
    """Return somebody who runs the service."""
    found = User.objects.filter(is_superuser=True).first()
    return found or User.objects.create_superuser(f"operator-{next(_numbers)}")


def second_factor(browser: Client) -> Client:
    """Let a signed-in browser have used a second factor, and return it."""
    session = browser.session
    # What allauth writes: to whom it belongs as well, so that nobody inherits it.
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time()},
        {"method": "mfa", "at": time.time(), "id": 1, "type": "totp"},
    ]
    session.save()
    return browser


def fact(of: Company, key: str, value: Any, **members: Any) -> Statement:
    """State a fact of a company."""
    return company_services.state_fact(company=of, fact=key, value=value, **members)


def rate(
    of: Company,
    percent: int = 64,
    *,
    answers: int = 41,
    invited: int = 58,
    measured_on: date | None = None,
) -> SatisfactionRate:
    """Record what the employees of a company said."""
    return company_services.record_rate(
        company=of,
        percent=percent,
        answers=answers,
        invited=invited,
        measured_on=measured_on or timezone.localdate() - timedelta(days=60),
        source_kind=SourceKind.CERTIFIER,
        source_name="Institut du Test",
        level=Level.THIRD_PARTY_VERIFIED,
    )


def product(
    number: str | None = None,
    *,
    name: str = "Pull marin",
    of: Company | None = None,
    family: Family | None = None,
    variant: dict[str, str] | None = None,
    published: bool = False,
) -> Product:
    """Create a product with its name stated, published if asked."""
    made = Product.objects.create(
        gtin=number or gtin(),
        name=name,
        company=of,
        family=family,
        variant=variant or {},
    )
    field(made, "identity.name", {"fr": name})
    if published:
        publish_sheet(product=made)
    return made


def field(of: Product, path: str, value: Any, **members: Any) -> Any:
    """State a field of a product's sheet."""
    source = members.pop("source", Source(name="Filature du Test"))
    return state_field(product=of, field=path, value=value, source=source, **members)


def shopper(language: str = "fr") -> Registered:
    """Create a shopper with a phone."""
    return shopper_services.register_shopper(language=language)


def handle(of: Shopper) -> str:
    """Mint a pass for a shopper."""
    return shopper_services.mint_pass(shopper=of).handle


def terminal(of: Company, label: str = "Caisse 1") -> checkout_services.Registered:
    """Create a terminal of a company."""
    return checkout_services.register_terminal(company=of, label=label)


def prompt(
    by: Terminal, to: Shopper, *, amount: int = 1299, expires_at: datetime | None = None
) -> PaymentPrompt:
    """Ask a shopper, through the service, and return the row."""
    answer = checkout_services.ask(
        terminal=by,
        key=f"msg_{next(_numbers)}",
        body_sha256="0" * 64,
        asked=checkout_services.Asked(handle(to), amount, "EUR"),
    )
    if expires_at is not None:
        PaymentPrompt.objects.filter(pk=answer["id"]).update(expires_at=expires_at)
    return PaymentPrompt.objects.get(pk=answer["id"])


def prompt_body(by: Terminal, shopper_pass: str, **members: Any) -> bytes:
    """Return the body of a till's question."""
    content = {
        "type": "payment_prompt.create",
        "terminal_id": str(by.pk),
        "pass": shopper_pass,
        "amount": 1299,
        "currency": "EUR",
        "reference": "T-1",
        **members,
    }
    return json.dumps(content).encode()


def signed(
    body: bytes, secret: str, *, identifier: str | None = None, offset: int = 0
) -> dict[str, str]:
    """Return the three headers of a signed request."""
    identifier = identifier or f"msg_{next(_numbers)}"
    timestamp = int(time.time()) + offset
    signature = signing.sign(
        body, identifier=identifier, timestamp=timestamp, key=secret
    )
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }


def store(
    slug: str = "halles-du-test",
    *,
    of: Company | None = None,
    patterns: Sequence[str] = ("21IIIIIPPPPPC",),
) -> Store:
    """Create a shop of a chain whose in-store numbers are laid out by `patterns`."""
    chain = Chain.objects.create(company=of or company("Halles du Test"), name="Halles")
    for pattern in patterns:
        NumberLayout.objects.create(chain=chain, pattern=pattern)
    return Store.objects.create(chain=chain, slug=slug, name="Halles du Test")


def in_store_number(shop: Store, item: str, sold: Product) -> InStoreNumber:
    """Let a shop's chain sell a product under an article number of its own."""
    return InStoreNumber.objects.create(chain=shop.chain, item=item, product=sold)


def complete(of: Company) -> Company:
    """State the mandatory facts of a company, and return it."""
    answers: dict[str, Any] = {
        "legal_name": "Filature du Test SAS",
        "legal_form": "5710",
        "national_id": "552008443",
        "vat_id": "FR40303265045",
        "founded_on": "1926-03-01",
        "tax_residence": "FR",
        "registered_address": "1 rue de la Laine, 59100 Roubaix",
        "employees": "41",
        "sites": [{"place": "Roubaix", "country": "FR"}],
        "ghg_scope1": "60",
        "ghg_scope2": "40",
        "after_sales_share": "3.5",
    }
    for key, value in answers.items():
        fact(of, key, value)
    return of


def dispute(
    about: Statement, kind: str = "wrong", *, opened_by: User | None = None
) -> Dispute:
    """Contest a statement."""
    return disputing.open_dispute(
        statement=about,
        kind=kind,
        text="Le chiffre de l’an dernier.",
        opened_by=opened_by,
    )


def document(
    of: Company, content: bytes = b"CDI : 110", *, name: str = "contrats.txt"
) -> Evidence:
    """File a document of a company, by an operator."""
    return company_services.file_evidence(
        company=of, blocks=[content], name=name, author=operator()
    )


def verifier(
    *facts: str,
    kind: str = "auditor",
    countries: Sequence[str] = ("FR",),
    **columns: Any,
) -> Verifier:
    """Create a verifier of some facts, whose scope is in force, with its account."""
    from companies.verifier_access import admit_verifier

    number = next(_numbers)
    made = Verifier.objects.create(
        user=User.objects.create_user(f"verifier-{number}"),
        organisation=columns.pop("organisation", f"Cabinet du Test {number}"),
        kind=kind,
        **columns,
    )
    today = timezone.localdate()
    made.scopes.create(
        facts=list(facts or ("employees",)),
        countries=list(countries),
        valid_from=today - timedelta(days=30),
        valid_until=today + timedelta(days=30),
    )
    admit_verifier(made)
    return made
