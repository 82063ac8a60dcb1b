"""The tables of this room, one module per subject."""

from companies.models.api_keys import ApiKey, Scope
from companies.models.checks import CheckResult, Outcome, RegisterRecord
from companies.models.companies import Company, Membership
from companies.models.disputes import Dispute
from companies.models.evidence import Evidence
from companies.models.imports import ImportRun, RefusedLine
from companies.models.issuing import (
    DomainProof,
    IssuedCredential,
    IssuingKey,
    RevocationList,
)
from companies.models.people import Act, Invitation, Mail
from companies.models.satisfaction import SatisfactionRate
from companies.models.statements import Statement, StatementBase
from companies.models.status import CivilStatus, CompanyFigures, IndexRun
from companies.models.verifying import (
    Credential,
    DidDocument,
    StatementToVerify,
    Verification,
    Verifier,
    VerifierScope,
)

__all__ = [
    "Act",
    "ApiKey",
    "CheckResult",
    "CivilStatus",
    "Company",
    "CompanyFigures",
    "Credential",
    "DidDocument",
    "Dispute",
    "DomainProof",
    "Evidence",
    "ImportRun",
    "IndexRun",
    "Invitation",
    "IssuedCredential",
    "IssuingKey",
    "Mail",
    "Membership",
    "Outcome",
    "RefusedLine",
    "RegisterRecord",
    "RevocationList",
    "SatisfactionRate",
    "Scope",
    "Statement",
    "StatementBase",
    "StatementToVerify",
    "Verification",
    "Verifier",
    "VerifierScope",
]
