"""The pages of what this service signed: a credential in plain words, and its rules."""

import json
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from common.errors import DomainError
from companies import catalogue, issuing_views, wording
from companies.credentials import certificate, own_key
from companies.errors import NoSuchCredential
from companies.issuing_views import JSON, TOKEN
from companies.models import IssuedCredential
from ledger.credentials import jws
from web import negotiation
from web.pages import public_page

Kind = IssuedCredential.Kind


@require_safe
def credential(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Say what a credential says, and whether it holds; or hand out the token."""
    with override(negotiation.language(request)):
        try:
            found = _found(number)
        except DomainError as refused:
            return _refused(request, refused, str(number))
        wanted = negotiation.prefers(request, negotiation.HTML, TOKEN)
        if wanted == TOKEN:
            answer = issuing_views.token_answer(request, found)
        else:
            answer = public_page(request, "web/credential.html", _shown(found))
        answer["Vary"] = "Accept, Accept-Language"
        return answer


@require_safe
def lines(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """Answer with each line of a certificate’s coverage, for programs."""
    with override(negotiation.language(request)):
        try:
            return issuing_views.lines_answer(request, _found(number))
        except DomainError as refused:
            return _refused(request, refused, str(number))


@require_safe
def scheme(request: HttpRequest, version: str) -> HttpResponse:
    """Show the rules by which transparency is certified, to people and programs."""
    with override(negotiation.language(request)):
        try:
            wanted = negotiation.prefers(request, negotiation.HTML, JSON)
            if wanted == JSON:
                answer = issuing_views.scheme_answer(request, version)
            else:
                document = issuing_views.scheme_document(version)
                answer = public_page(request, "web/scheme.html", _rules(document))
        except DomainError as refused:
            return _refused(request, refused, version)
        answer["Vary"] = "Accept, Accept-Language"
        return answer


def _found(number: uuid.UUID) -> IssuedCredential:
    rows = IssuedCredential.objects.select_related("company")
    found = rows.filter(pk=number).first()
    if found is None:
        raise NoSuchCredential(_("We issued no credential of this number."))
    return found


def _refused(request: HttpRequest, refused: DomainError, read: str) -> HttpResponse:
    context = {
        "title": _("Nothing here"),
        "refused": refused,
        "status": refused.status,
        "read": read[:200],
    }
    return public_page(request, "web/refusal.html", context, status=refused.status)


def _shown(found: IssuedCredential) -> dict[str, Any]:
    said = json.loads(found.lines) if found.lines else {}
    # As it was signed: the name, the DID and the rules of that day.
    signed = _payload(found.token)
    subject = signed["credentialSubject"]
    is_identity = found.kind == Kind.IDENTITY
    return {
        "credential": found,
        "is_identity": is_identity,
        "name": subject["name"] if is_identity else subject["issuedToParty"]["name"],
        "did": subject["id"] if is_identity else "",
        "issuer": signed["issuer"],
        "status_list": signed["credentialStatus"]["statusListCredential"],
        "standing": _standing(found),
        "issued_on": _day(found.valid_from),
        "until": _day(found.valid_until),
        "coverage": wording.number(said["coverage"]) if said else "",
        "tier": _tier(said.get("tier", "")),
        "scheme": subject.get("scope", {}).get("id", ""),
        "our_did": own_key.did(),
    }


def _payload(token: str) -> dict[str, Any]:
    """Return what a token of our own says; nobody else’s comes here."""
    return jws.read(token).credential


def _standing(found: IssuedCredential) -> dict[str, Any]:
    """Return whether it holds, in one sentence."""
    if found.revoked_at is not None:
        text = _("Revoked on %(day)s: it holds no more.") % {
            "day": _day(found.revoked_at)
        }
        return {
            "holds": False,
            "text": text,
            "why": found.get_revocation_reason_display(),
        }
    if found.valid_until <= timezone.now():
        text = _("Expired on %(day)s: it holds no more.") % {
            "day": _day(found.valid_until)
        }
        return {"holds": False, "text": text, "why": ""}
    text = _("In force until %(day)s.") % {"day": _day(found.valid_until)}
    return {"holds": True, "text": text, "why": ""}


def _day(moment: Any) -> str:
    return wording.day(timezone.localtime(moment).date())


def _tier(key: str) -> str:
    tiers = catalogue.index_parameters()["tiers"]
    label = f"label_{wording.language()}"
    return next((str(one[label]) for one in tiers if one["key"] == key), "")


def _rules(document: dict[str, Any]) -> dict[str, Any]:
    language = wording.language()
    facts = catalogue.facts()
    total = sum(document["weights"].values())
    return {
        "scheme": document,
        "is_current": document["version"] == certificate.CURRENT.version,
        "mandatory": [facts[key].label(language) for key in document["mandatoryFacts"]],
        "weights": [
            (
                fact.label(language),
                wording.number(str(round(100 * fact.weight / total, 1))),
            )
            for fact in facts.values()
        ],
        "tiers": [
            (one[f"label_{language}"], one["least"])
            for one in document["index"]["tiers"]
        ],
    }
