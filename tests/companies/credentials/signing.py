"""An issuer for tests: its keys, its DID document, what it signs, what it revokes."""

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, OKPKey
from joserfc.jws import JWSRegistry

VECTORS = Path(__file__).parents[2] / "vectors"
DID = "did:web:audit.example"
LIST = "https://audit.example/status/1"
SIREN = "552100554"
VOCABULARY = "http://127.0.0.1:8000/facts/"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
CONTEXT = "https://www.w3.org/ns/credentials/v2"


def rfc3339(moment: datetime) -> str:
    """Return an instant as credentials write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def base64url(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """Whoever signs. `kind` is the kind of its key: `EC` or `OKP`."""

    def __init__(self, did: str = DID, kind: str = "EC") -> None:
        self.did = did
        self.kid = f"{did}#k1"
        self.key: Any = (
            ECKey.generate_key("P-256") if kind == "EC" else OKPKey.generate_key()
        )
        self.algorithm = "ES256" if kind == "EC" else "Ed25519"

    def method(self, **changes: Any) -> dict[str, Any]:
        """Return the verification method of its key."""
        jwk = {
            name: self.key.as_dict(private=False)[name]
            for name in ("kty", "crv", "x", "y")
            if name in self.key.as_dict(private=False)
        }
        return {
            "id": self.kid,
            "type": "JsonWebKey",
            "controller": self.did,
            "publicKeyJwk": jwk,
            **changes,
        }

    def document(self, **changes: Any) -> bytes:
        """Return its DID document."""
        members = {
            "@context": ["https://www.w3.org/ns/did/v1"],
            "id": self.did,
            "verificationMethod": [self.method()],
            "assertionMethod": [self.kid],
            **changes,
        }
        return json.dumps(members).encode()

    def token(
        self, credential: dict[str, Any] | bytes, *, key: Any = None, **header: Any
    ) -> str:
        """Sign; members of the header are changed, or with `None` left out."""
        members = {
            "alg": self.algorithm,
            "typ": "vc+jwt",
            "cty": "vc",
            "kid": self.kid,
            **header,
        }
        head = {name: value for name, value in members.items() if value is not None}
        body = (
            credential
            if isinstance(credential, bytes)
            else json.dumps(credential).encode()
        )
        signed = f"{base64url(json.dumps(head).encode())}.{base64url(body)}"
        model = JWSRegistry.algorithms[self.algorithm]
        return f"{signed}.{base64url(model.sign(signed.encode(), key or self.key))}"

    def status_list(
        self, *revoked: int, at: datetime = NOW, **changes: Any
    ) -> dict[str, Any]:
        """Return its status list, in which the bits of `revoked` are set."""
        bits = bytearray(131_072 // 8)
        for index in revoked:
            bits[index // 8] |= 1 << (7 - index % 8)
        return {
            "@context": [CONTEXT],
            "id": LIST,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self.did,
            "validFrom": rfc3339(at - timedelta(days=1)),
            "credentialSubject": {
                "id": f"{LIST}#list",
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": "u" + base64url(gzip.compress(bytes(bits))),
            },
            **changes,
        }


def sample(name: str) -> dict[str, Any]:
    """Return one of the two samples of the profile, unsigned."""
    text = (VECTORS / f"untp_sample_{name}.json").read_text(encoding="utf-8")
    credential: dict[str, Any] = json.loads(text)
    return credential


def party(number: str = SIREN, register: str = "https://www.sirene.fr/") -> Any:
    """Return the company as a credential names it."""
    return {
        "id": "https://filature.example/",
        "name": "Filature du Test",
        "registeredId": number,
        "idScheme": {"type": ["IdentifierScheme"], "id": register, "name": "Sirene"},
    }


def assessment(
    fact: str = "employees",
    year: int = 2025,
    value: Any = 47,
    unit: str = "C62",
    **changes: Any,
) -> dict[str, Any]:
    """Return what an assessor found of one fact."""
    return {
        "type": ["ConformityAssessment", "Declaration"],
        "id": f"https://audit.example/attestations/7/{fact}",
        "name": fact,
        "assessmentDate": "2026-11-10",
        "conformityTopic": "governance.transparency",
        "conformance": True,
        "assessmentCriteria": [
            {
                "type": ["Criterion"],
                "id": f"{VOCABULARY}{fact}/{year}",
                "name": fact,
                "description": fact,
                "conformityTopic": "governance.transparency",
                "status": "active",
            }
        ],
        "declaredValue": [
            {"metricName": fact, "metricValue": {"value": value, "unit": unit}}
        ],
        "assessedOrganisation": party(),
        **changes,
    }


def conformity(*, at: datetime = NOW, **changes: Any) -> dict[str, Any]:
    """Return a conformity credential that is accepted, but for the changes."""
    return {
        "@context": [CONTEXT, "https://test.uncefact.org/vocabulary/untp/dcc/working/"],
        "type": ["DigitalConformityCredential", "VerifiableCredential"],
        "id": "https://audit.example/credentials/7",
        "issuer": {
            "type": ["CredentialIssuer"],
            "id": DID,
            "name": "Cabinet du Test",
        },
        "validFrom": rfc3339(at - timedelta(days=10)),
        "validUntil": rfc3339(at + timedelta(days=300)),
        "credentialSubject": subject(),
        "credentialStatus": {
            "id": f"{LIST}#94567",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "94567",
            "statusListCredential": LIST,
        },
        **changes,
    }


def subject(*assessments: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the attestation inside a conformity credential."""
    return {
        "type": ["ConformityAttestation", "Attestation"],
        "id": "https://audit.example/attestations/7",
        "name": "Effectif 2025",
        "assessorLevel": "3rdParty",
        "assessmentLevel": "Verified",
        "attestationType": "verification",
        "issuedToParty": party(),
        "assessment": list(assessments or [assessment()]),
        **changes,
    }
