"""
Verifying what companies state: who may, and what follows.

Nobody verifies itself or a company of its own group, and each refusal says which rule
said no. The level that a statement then has follows from the rows: see `judging`.
"""

from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from companies import catalogue, entering, scoping
from companies.acts import note_act
from companies.errors import (
    AssessedInTheFuture,
    CountryOutOfScope,
    CountryUnknown,
    FactOutOfScope,
    KindMayNotVerify,
    NotAVerifier,
    NothingToVerify,
    NothingToWithdraw,
    OwnGroup,
    OwnStatement,
    ReasonMissing,
    ScopeNotInForce,
    StatementSuperseded,
    VerificationChanged,
    VerificationIsOver,
    VerifierIsMember,
)
from companies.levels import Status
from companies.models import (
    Company,
    Evidence,
    Statement,
    Verification,
    Verifier,
    VerifierScope,
)

Result = Verification.Result


@transaction.atomic
def verify_statement(  # noqa: PLR0913 - one verification has that many sides
    *,
    statement: Statement,
    user: User,
    result: str,
    reason: str = "",
    assessed_on: date | None = None,
    valid_until: date | None = None,
    evidence: Evidence | None = None,
    assessment_level: str = "",
    seen: Verification | None = None,
) -> Verification:
    """
    Record what a verifier found of a statement, and return the verification.

    `seen` is the verifier's own earlier one that this replaces; when it is not the
    current one any more, `VerificationChanged` is raised. What somebody may no longer
    verify may still be withdrawn. `evidence` is a report about the same company;
    `assessment_level` is how a signed credential says that it was assessed.
    """
    said: dict[str, Any] = {
        "result": result,
        "reason": reason.strip(),
        "assessed_on": assessed_on or timezone.localdate(),
        "valid_until": valid_until,
        "assessment_level": assessment_level,
    }
    if evidence is not None and evidence.company_id != statement.company_id:
        raise ValueError("The report is about another company")
    # The same lock as stating: what is verified is not superseded meanwhile.
    Company.objects.select_for_update().get(pk=statement.company_id)
    if result == Result.WITHDRAWN:
        verifier = require_verifier(user)
    else:
        verifier = require_verifiable(statement=statement, user=user)
    _require_sense(**said)
    previous = own_verification(statement, verifier)
    if previous != seen:
        raise VerificationChanged(
            _("You have said something else of this meanwhile. Look at it again.")
        )
    if result == Result.WITHDRAWN and not _stands(previous):
        raise NothingToWithdraw(_("There is nothing of yours to withdraw here."))
    verification = Verification(
        statement=statement,
        verifier=verifier,
        evidence=evidence,
        supersedes=previous,
        **said,
    )
    entering.record(entering.VERIFICATIONS, [verification])
    note_act(
        company=statement.company,
        actor=user,
        kind=f"statement.{result}",
        subject=f"{statement.fact} · {verifier.organisation}",
        subject_id=statement.pk,
    )
    Company.objects.filter(pk=statement.company_id).note_change()
    return verification


def own_verification(statement: Statement, verifier: Verifier) -> Verification | None:
    """Return what a verifier last said of a statement."""
    mine = Verification.objects.filter(statement=statement, verifier=verifier)
    return mine.current().order_by("-pk").first()


def require_verifier(user: User) -> Verifier:
    """Return the verifier that `user` acts for, or raise `NotAVerifier`."""
    verifier = scoping.verifier_of(user)
    if verifier is None:
        raise NotAVerifier(_("This account verifies for nobody."))
    return verifier


def require_verifiable(*, statement: Statement, user: User) -> Verifier:
    """Return the verifier that `user` acts for, or say why it may not verify this."""
    verifier = require_verifier(user)
    _require_independence(statement, verifier)
    if verifier.kind not in _kinds(statement.fact):
        raise KindMayNotVerify(
            _("This fact is verified by others: %(kinds)s.")
            % {"kinds": _in_words(_kinds(statement.fact))}
        )
    _require_scope(statement, verifier)
    if Statement.objects.filter(supersedes=statement.pk).exists():
        raise StatementSuperseded(
            _("The company has corrected this meanwhile. Look at the new value.")
        )
    if statement.status != Status.KNOWN:
        raise NothingToVerify(_("There is no value here to verify."))
    return verifier


def _require_independence(statement: Statement, verifier: Verifier) -> None:
    if statement.author_id == verifier.user_id:
        raise OwnStatement(_("You recorded this value yourself."))
    company = statement.company
    if company.memberships.filter(user=verifier.user_id).exists():
        raise VerifierIsMember(_("You are a member of this company."))
    if statement.company_id in scoping.own_companies(verifier):
        raise OwnGroup(_("This company is of your own group."))


def _require_scope(statement: Statement, verifier: Verifier) -> None:
    """Raise the first of fact, country and day that no scope covers."""
    scopes: list[VerifierScope] = [
        one for one in verifier.scopes.all() if statement.fact in one.facts
    ]
    if not scopes:
        raise FactOutOfScope(_("This fact is not in your scope."))
    country = scoping.country_of(statement.company)
    if not country:
        raise CountryUnknown(
            _("The company states neither its tax residence nor its country.")
        )
    scopes = [one for one in scopes if country in one.countries]
    if not scopes:
        raise CountryOutOfScope(
            _("Companies of this country (%(country)s) are not in your scope.")
            % {"country": country}
        )
    today = timezone.localdate()
    if not any(
        one.covers(fact=statement.fact, country=country, on=today) for one in scopes
    ):
        raise ScopeNotInForce(_("Your scope has ended, or has not begun yet."))


def _require_sense(
    *,
    result: str,
    reason: str,
    assessed_on: date,
    valid_until: date | None,
    assessment_level: str,  # noqa: ARG001 - said with the others
) -> None:
    if result not in Result.values:
        raise ValueError(f"{result!r} is no result")
    if result != Result.VERIFIED and not reason:
        raise ReasonMissing(_("Say why: the company and all readers will see it."))
    today = timezone.localdate()
    if assessed_on > today:
        raise AssessedInTheFuture(_("The day of the assessment is in the future."))
    if valid_until is not None and valid_until < today:
        raise VerificationIsOver(_("It would have ended already: look at the dates."))


def _stands(previous: Verification | None) -> bool:
    return previous is not None and previous.result != Result.WITHDRAWN


def _kinds(fact: str) -> tuple[str, ...]:
    entry = catalogue.facts().get(fact)
    return entry.verifiable_by if entry else ()


def _in_words(kinds: tuple[str, ...]) -> str:
    labels = dict(Verifier.Kind.choices)
    return ", ".join(str(labels[kind]) for kind in kinds if kind in labels) or "—"
