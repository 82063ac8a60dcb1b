"""
The Digital Identity Anchor of UNTP: which DID a registered company signs with. Pure.

It says one thing: who holds this domain is the company with this SIREN. The register
was asked for the number, and the domain for the proof.
"""

from typing import Any, NamedTuple

from ledger.credentials.envelope import CONTEXT

VOCABULARY = "https://test.uncefact.org/vocabulary/untp/dia/working/"
KIND = "DigitalIdentityAnchor"
SIRENE = ("https://www.sirene.fr/", "Répertoire Sirene")


class Identity(NamedTuple):
    """Who a company is: its domain’s DID, its name in the register, its SIREN."""

    did: str
    name: str
    siren: str


def scheme(register: tuple[str, str]) -> dict[str, Any]:
    """Return a register as credentials name it: its address and its name."""
    address, name = register
    return {"type": ["IdentifierScheme"], "id": address, "name": name}


def compose(identity: Identity, frame: dict[str, Any]) -> dict[str, Any]:
    """Return the credential; `frame` has its number, issuer, days and status."""
    return {
        "type": [KIND, "VerifiableCredential"],
        "@context": [CONTEXT, VOCABULARY],
        **frame,
        "credentialSubject": {
            "type": ["RegisteredIdentity"],
            "id": identity.did,
            "name": identity.name,
            "registeredId": identity.siren,
            "idScheme": scheme(SIRENE),
            "registerType": "Business",
        },
    }
