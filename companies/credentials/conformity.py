"""
The Digital Conformity Credential of UNTP: what an assessor found about a company. Pure.

How an assessment names a fact of our catalogue: one of its `assessmentCriteria` has the
`id` `<our address>/facts/<key>/<year>`, such as `…/facts/employees/2025`. The year is
part of it because the same figure of another year is another statement. Its
`declaredValue` gives the figure: the only one, or the one whose `metricName` is the
key. An assessment of a product or a facility says nothing of the company and is passed
over.

Only figures can be attested so: UNTP's `metricValue` is a number with a unit.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ledger.credentials.instants import day
from ledger.credentials.refusals import Refused

KIND = "DigitalConformityCredential"
# The versions whose words we know: those up to the working copy of November 2025.
CONTEXTS = frozenset(
    f"https://test.uncefact.org/vocabulary/untp/dcc/{version}/"
    for version in ("0.6.0", "0.6.1", "working")
)
INDEPENDENT = "3rdParty"
LEVELS = (
    "GovtApproval",
    "GlobalMRA",
    "Accredited",
    "Verified",
    "Validated",
    "Unspecified",
)
MAX_ASSESSMENTS = 200

# The registers whose numbers are a SIREN; a bare number of nine figures could be any.
SIREN_REGISTERS = frozenset(
    {
        "annuaire-entreprises.data.gouv.fr",
        "avis-situation-sirene.insee.fr",
        "data.inpi.fr",
        "sirene.fr",
        "www.insee.fr",
        "www.sirene.fr",
    }
)
# UNECE Recommendation 20 for the units of the catalogue; our own words do as well.
UNITS: Mapping[str, frozenset[str]] = {
    "%": frozenset({"P1"}),
    "% of workers at or above": frozenset({"P1"}),
    "headcount": frozenset({"C62", "H87", "IE"}),
    "tCO2e": frozenset({"TNE"}),
    "MWh": frozenset({"MWH"}),
    "h": frozenset({"HUR"}),
    "days": frozenset({"DAY"}),
    "ratio": frozenset({"C62"}),
    "count": frozenset({"C62", "H87"}),
    "/100": frozenset({"C62"}),
    "-100..100": frozenset({"C62"}),
    "per 200 000 h": frozenset({"C62"}),
}


class Party(NamedTuple):
    """An organisation as a credential names it."""

    registered_id: str
    # The host of the register's address; empty when none is given.
    register: str

    def number_among(self, numbers: Mapping[str, str]) -> str | None:
        """
        Return the key of the fact, of `numbers` by key, that is this party's number.

        A SIREN counts only when the party names a register of SIREN; VAT number and LEI
        have a form of their own. None means that it is somebody else.
        """
        given = compact(self.registered_id)
        has_siren = self.register in SIREN_REGISTERS
        keys = ["national_id"] if has_siren else ["vat_id", "lei"]
        same = [key for key in keys if given == compact(numbers.get(key, ""))]
        return same[0] if given and same else None


class Figure(NamedTuple):
    """What one assessment says of one fact of a year."""

    fact: str
    year: int
    value: Decimal
    unit: str
    conforms: bool
    assessed_on: date | None
    parties: tuple[Party, ...]


class Attestation(NamedTuple):
    """What a conformity credential says, and of whom."""

    party: Party
    assessor_level: str
    assessment_level: str
    figures: tuple[Figure, ...]

    def figure_of(self, fact: str, year: int) -> Figure:
        """Return the figure of a fact; raise `Refused` if there is none, or several."""
        found = [one for one in self.figures if (one.fact, one.year) == (fact, year)]
        if not found:
            raise Refused("credential_fact_missing")
        if len(found) > 1:
            raise Refused("credential_malformed")
        return found[0]


def read(credential: dict[str, Any], *, vocabulary: str) -> Attestation:
    """
    Return what the credential attests; `vocabulary` is `<our address>/facts/`.

    Raise `Refused` where it has not the form of a conformity credential, or does not
    come from an independent assessor.
    """
    subject = _object(credential.get("credentialSubject"))
    types = subject.get("type")
    if not isinstance(types, list) or "ConformityAttestation" not in types:
        raise Refused("credential_kind")
    if subject.get("assessorLevel") != INDEPENDENT:
        raise Refused("credential_not_third_party")
    level = subject.get("assessmentLevel")
    if not isinstance(level, str) or level not in LEVELS:
        raise Refused("credential_malformed")
    assessments = _objects(subject.get("assessment", []))
    return Attestation(
        _party(subject.get("issuedToParty")),
        INDEPENDENT,
        level,
        tuple(_figures(assessments, vocabulary)),
    )


def compact(number: str) -> str:
    """Return a registration number without what people put in to read it."""
    return "".join(one for one in number if one not in " .-\u00a0\u202f").upper()


def is_same(figure: Figure, *, value: Decimal, unit: str) -> bool:
    """Say whether a figure is the `value` in the `unit`, one of the catalogue."""
    units = UNITS.get(unit, frozenset()) | {unit}
    return figure.value == value and figure.unit in units


def _figures(
    assessments: Iterable[dict[str, Any]], vocabulary: str
) -> Iterable[Figure]:
    for assessment in assessments:
        if assessment.get("assessedProduct") or assessment.get("assessedFacility"):
            continue
        criteria = _objects(assessment.get("assessmentCriteria", []))
        names = [_name(one.get("id"), vocabulary) for one in criteria]
        for fact, year in dict.fromkeys(name for name in names if name):
            yield _figure(assessment, fact, year)


def _name(identifier: Any, vocabulary: str) -> tuple[str, int] | None:
    """Return the fact and the year that a criterion names in our vocabulary."""
    if not isinstance(identifier, str) or not identifier.startswith(vocabulary):
        return None
    fact, _slash, year = identifier.removeprefix(vocabulary).partition("/")
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        return None
    return fact, int(year)


def _figure(assessment: dict[str, Any], fact: str, year: int) -> Figure:
    metrics = _objects(assessment.get("declaredValue", []))
    if len(metrics) != 1:
        metrics = [one for one in metrics if one.get("metricName") == fact]
    if len(metrics) != 1:
        raise Refused("credential_malformed")
    measure = _object(metrics[0].get("metricValue"))
    value, unit = measure.get("value"), measure.get("unit")
    conforms = assessment.get("conformance")
    if (
        not isinstance(value, int | Decimal)
        or isinstance(value, bool)
        or not isinstance(unit, str)
        or not isinstance(conforms, bool)
    ):
        raise Refused("credential_malformed")
    assessed_on = (
        day(assessment["assessmentDate"], refusal="credential_malformed")
        if "assessmentDate" in assessment
        else None
    )
    parties = (
        (_party(assessment["assessedOrganisation"]),)
        if "assessedOrganisation" in assessment
        else ()
    )
    return Figure(fact, year, Decimal(value), unit, conforms, assessed_on, parties)


def _party(given: Any) -> Party:
    party = _object(given)
    number = party.get("registeredId", "")
    scheme = _object(party.get("idScheme", {})).get("id", "")
    if not isinstance(number, str) or not isinstance(scheme, str):
        raise Refused("credential_malformed")
    try:
        host = urlsplit(scheme).hostname or ""
    except ValueError as error:
        raise Refused("credential_malformed") from error
    return Party(number, host)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused("credential_malformed")
    return value


def _objects(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > MAX_ASSESSMENTS:
        raise Refused("credential_malformed")
    return [_object(one) for one in value]
