"""
The transparency certificate: a Digital Conformity Credential of UNTP. Pure.

It certifies how much a company discloses and how well that is verified, by our own
published scheme; nothing about how good the company is. Whoever changes the scheme, the
facts' weights among it, gives it another version: certificates name the one they mean.
"""

from datetime import date
from typing import Any, NamedTuple

from companies.credentials import conformity
from ledger.credentials.envelope import CONTEXT

VOCABULARY = "https://test.uncefact.org/vocabulary/untp/dcc/working/"
LINK_TYPE = "https://test.uncefact.org/vocabulary/linkTypes/dcc"
TOPIC = "governance.transparency"
METRIC = "transparency coverage"


class Scheme(NamedTuple):
    """One version of our rules. `index_version` is that of the catalogue’s weights."""

    version: str
    since: date
    index_version: int
    # Percent; all mandatory facts are given besides.
    least_coverage: int

    @property
    def path(self) -> str:
        """Return where the scheme is read, for ever: `1.0` of version 1.0.0."""
        return f"/schemes/transparency/{self.version.rpartition('.')[0]}"


SCHEMES = (
    Scheme(
        version="1.0.0", since=date(2026, 11, 22), index_version=1, least_coverage=40
    ),
)
CURRENT = SCHEMES[-1]
NAME = "Référentiel de transparence Flashsésame"
DESCRIPTION = (
    "Part pondérée des faits du catalogue qui sont publiés, vérifiés et à jour. Ne dit "
    "rien de la qualité de l’entreprise, seulement de ce qu’elle donne à voir."
)


class Party(NamedTuple):
    """The company as the certificate names it; `register` is address and name."""

    address: str
    name: str
    number: str
    register: tuple[str, str]


class Coverage(NamedTuple):
    """What was found, and where each line of it is read."""

    per_mille: int
    tier: str
    assessed_on: date
    page: str
    lines: str
    lines_sha256: str


def scheme_named(version: str) -> Scheme | None:
    """Return the scheme of a short version such as `1.0`, or none."""
    ending = f"/{version}"
    return next((one for one in SCHEMES if one.path.endswith(ending)), None)


def scheme_document(scheme: Scheme, *, base_url: str, owner: str) -> dict[str, Any]:
    """Return the scheme as certificates quote it."""
    return {
        "type": ["ConformityScheme"],
        "id": base_url + scheme.path,
        "name": NAME,
        "description": DESCRIPTION,
        "version": scheme.version,
        "validFrom": scheme.since.isoformat(),
        "owner": {"id": f"{base_url}/", "name": owner},
    }


def compose(
    party: Party,
    found: Coverage,
    frame: dict[str, Any],
    *,
    scheme: dict[str, Any],
    least: int,
) -> dict[str, Any]:
    """
    Return the credential; `frame` has its number, issuer, days and status.

    `scheme` is its document, `least` the coverage in percent that it asks for.
    """
    organisation = {
        "id": party.address,
        "name": party.name,
        "registeredId": party.number,
        "idScheme": {
            "type": ["IdentifierScheme"],
            "id": party.register[0],
            "name": party.register[1],
        },
    }
    return {
        "type": [conformity.KIND, "VerifiableCredential"],
        "@context": [CONTEXT, VOCABULARY],
        **frame,
        "credentialSubject": {
            "type": ["ConformityAttestation", "Attestation"],
            "id": f"{frame['id']}#attestation",
            "name": "Certificat de transparence",
            # Independent of the company; accredited by nobody.
            "assessorLevel": conformity.INDEPENDENT,
            "assessmentLevel": "Unspecified",
            "attestationType": "certification",
            "issuedToParty": organisation,
            "conformityCertificate": {
                "linkURL": found.page,
                "linkName": "Certificat en clair",
                "linkType": LINK_TYPE,
            },
            "auditableEvidence": {
                "linkURL": found.lines,
                "linkName": "Chaque ligne de la couverture",
                "linkType": LINK_TYPE,
                "hashDigest": found.lines_sha256,
                "hashMethod": "SHA-256",
            },
            "scope": scheme,
            "assessment": [
                _assessment(found, organisation, frame, scheme=scheme, least=least)
            ],
        },
    }


def _assessment(
    found: Coverage,
    organisation: dict[str, Any],
    frame: dict[str, Any],
    *,
    scheme: dict[str, Any],
    least: int,
) -> dict[str, Any]:
    return {
        "type": ["ConformityAssessment", "Declaration"],
        "id": f"{frame['id']}#coverage",
        "name": "Part des faits qui sont publiés, vérifiés et à jour",
        "assessmentDate": found.assessed_on.isoformat(),
        "conformityTopic": TOPIC,
        "conformance": True,
        "assessmentCriteria": [
            {
                "type": ["Criterion"],
                "id": f"{scheme['id']}#coverage",
                "name": "Couverture pondérée",
                "description": "Tous les faits obligatoires sont donnés, et au moins "
                f"{least} % des points sont acquis.",
                "conformityTopic": TOPIC,
                "status": "active",
                "thresholdValue": _metric(least),
                "performanceLevel": found.tier,
            }
        ],
        "declaredValue": [_metric(_percent(found.per_mille))],
        "assessedOrganisation": organisation,
        "auditor": {key: frame["issuer"][key] for key in ("id", "name")},
    }


def _metric(percent: float) -> dict[str, Any]:
    return {"metricName": METRIC, "metricValue": {"value": percent, "unit": "P1"}}


def _percent(per_mille: int) -> float:
    """Return per mille as percent; whole numbers stay whole."""
    return per_mille // 10 if per_mille % 10 == 0 else per_mille / 10
