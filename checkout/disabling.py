"""
What a company's owners are told when we stop telling one of its webhook addresses.

A leaf module, called in the transaction that disables the address, by whoever wins it:
so each disabling is told once.
"""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from checkout.models import Endpoint
from companies.acts import note_act
from companies.mailing import addresses, write_mail
from companies.models import Membership
from companies.tasks import hint_mails

GONE = "gone"
FAILING = "failing"


def tell_disabled(endpoint: Endpoint, reason: str) -> None:
    """Write into the log, and to the owners, that an address is disabled."""
    note_act(
        company=endpoint.company,
        actor=None,
        kind="webhook_endpoint.disabled",
        subject=endpoint.url,
        subject_id=endpoint.pk,
    )
    owners = addresses(endpoint.company, [Membership.Role.OWNER])
    subject, body = _words(endpoint, reason)
    for address in owners:
        write_mail(to=address, subject=subject, body=body)
    if owners:
        transaction.on_commit(hint_mails, robust=True)


def _words(endpoint: Endpoint, reason: str) -> tuple[str, str]:
    """
    Return a subject in the service's language, and a body in each of its languages.

    Nobody asks for this e-mail, so the language of whoever reads it is not known.
    """
    with override(settings.LANGUAGE_CODE):
        subject = _("A webhook address of %(company)s is disabled")
    subject %= {"company": endpoint.company.name}
    others = [code for code, _name in settings.LANGUAGES]
    parts = []
    for language in dict.fromkeys([settings.LANGUAGE_CODE, *others]):
        with override(language):
            parts.append(_body(endpoint, reason))
    return subject, "\n——\n\n".join(parts)


def _body(endpoint: Endpoint, reason: str) -> str:
    page = reverse("admin:checkout_endpoint_change", args=[endpoint.pk])
    why = (
        _("It answered 410: it is gone for good.")
        if reason == GONE
        else _("Every attempt of the last five days failed.")
    )
    return _(
        "%(url)s is disabled. %(why)s\n\nNothing is told there any more. The terminals "
        "that were attached to it still learn each outcome by asking for it. What was "
        "not told can be sent again once an owner has enabled the address: "
        "%(address)s\n"
    ) % {"url": endpoint.url, "why": why, "address": f"{settings.BASE_URL}{page}"}
