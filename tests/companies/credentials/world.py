"""A company, a verifier in scope with its keys registered, and what it signs."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from companies.models import Company, DidDocument, Statement, Verifier
from companies.services.crediting import receive_credential
from companies.services.pinning import pin_did_document
from tests import make
from tests.companies.credentials import signing
from tests.companies.credentials.signing import DID, SIREN, Issuer


class World:
    """All that a credential of today needs to be accepted."""

    def __init__(self) -> None:
        self.issuer = Issuer()
        self.operator = User.objects.create_superuser("operator")
        self.company = make.company()
        self.editor = make.member(self.company, role="editor")
        make.fact(self.company, "national_id", SIREN)
        make.fact(self.company, "tax_residence", "FR")
        self.statement = self.stated()
        self.verifier = self.verifying("auditor")
        self.pinned = self.pin()

    def stated(self, value: str | None = "47", **members: Any) -> Statement:
        """State the headcount of 2025."""
        return make.fact(
            self.company, "employees", value, year=2025, unit="headcount", **members
        )

    def verifying(self, username: str, did: str = DID, **columns: Any) -> Verifier:
        """Return a verifier of French headcounts."""
        today = timezone.localdate()
        made = Verifier.objects.create(
            user=User.objects.create_user(username, is_staff=True),
            organisation="Cabinet du Test",
            kind=Verifier.Kind.AUDITOR,
            did=did,
            **columns,
        )
        made.scopes.create(
            facts=["employees", "turnover"],
            countries=["FR"],
            valid_from=today - timedelta(days=100),
            valid_until=today + timedelta(days=100),
        )
        return made

    def pin(self, document: bytes | None = None) -> DidDocument:
        """Let the operator register the verifier's keys."""
        return pin_did_document(
            verifier=self.verifier,
            document=document or self.issuer.document(),
            user=self.operator,
        )

    def credential(self, **changes: Any) -> dict[str, Any]:
        """Return a credential of today, assessed yesterday."""
        yesterday = timezone.localdate() - timedelta(days=1)
        assessed = signing.assessment(assessmentDate=yesterday.isoformat())
        content = {"credentialSubject": signing.subject(assessed), **changes}
        return signing.conformity(at=timezone.now(), **content)

    def token(self, **changes: Any) -> str:
        """Sign the credential."""
        return self.issuer.token(self.credential(**changes))

    def status(self, *revoked: int, **changes: Any) -> str:
        """Sign today's status list."""
        listed = self.issuer.status_list(*revoked, at=timezone.now(), **changes)
        return self.issuer.token(listed)

    def receive(self, token: str | None = None, **members: Any) -> Any:
        """Bring a credential, as an editor of the company."""
        given: dict[str, Any] = {
            "did_document": None,
            "status_list": self.status(),
            "statement": self.statement,
            "user": self.editor,
        }
        return receive_credential(token=token or self.token(), **given | members)

    def level(self, company: Company | None = None) -> str:
        """Return how far the headcount may be believed today."""
        from companies.assessing import portray

        of = company or self.company
        portrait = portray([of.pk], on=timezone.localdate())[of.pk]
        return portrait.retained["employees"].level
