"""Refusals of verifications and credentials."""

from common.errors import DomainError


class NotAVerifier(DomainError):
    """The account verifies for nobody, or no longer."""

    code = "not_a_verifier"
    status = 403


class FactOutOfScope(DomainError):
    """No scope of the verifier has this fact."""

    code = "fact_out_of_scope"
    status = 403


class CountryOutOfScope(DomainError):
    """No scope of the verifier has this fact in the company's country."""

    code = "country_out_of_scope"
    status = 403


class ScopeNotInForce(DomainError):
    """The scope has ended, or has not begun."""

    code = "scope_not_in_force"
    status = 403


class CountryUnknown(DomainError):
    """The company states neither tax residence nor the country of its seat."""

    code = "country_unknown"


class KindMayNotVerify(DomainError):
    """The catalogue leaves this fact to verifiers of another kind."""

    code = "kind_may_not_verify"
    status = 403


class VerifierIsMember(DomainError):
    """The verifier is a member of the company."""

    code = "verifier_is_member"
    status = 403


class OwnGroup(DomainError):
    """The verifier belongs to the company's group."""

    code = "own_group"
    status = 403


class OwnStatement(DomainError):
    """The verifier recorded the statement."""

    code = "own_statement"
    status = 403


class StatementSuperseded(DomainError):
    """A newer statement has replaced it."""

    code = "statement_superseded"


class NothingToVerify(DomainError):
    """The statement has no value."""

    code = "nothing_to_verify"


class ResultMissing(DomainError):
    """It is not said whether the statement is verified, refused or withdrawn from."""

    code = "result_missing"
    status = 400


class VerificationChanged(DomainError):
    """The verifier's own verdict is another than the one that was seen."""

    code = "verification_changed"


class NothingToWithdraw(DomainError):
    """The verifier has said nothing of this statement, or has withdrawn it."""

    code = "nothing_to_withdraw"


class AssessedInTheFuture(DomainError):
    """Nobody has assessed anything on a day to come."""

    code = "assessed_in_the_future"
    status = 400


class VerificationIsOver(DomainError):
    """It would end before today, or before it was assessed."""

    code = "verification_is_over"
    status = 400


class CredentialRefused(DomainError):
    """A signed credential is not accepted; `reason` is a stable code that says why."""

    code = "credential_refused"
    status = 400


class UnknownCredential(DomainError):
    """No credential here has this digest."""

    code = "unknown_credential"
    status = 404


class NotTheOperator(DomainError):
    """Only who runs the service decides whose keys are believed."""

    code = "not_the_operator"
    status = 403
