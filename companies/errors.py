"""Refusals of this room."""

from common.errors import DomainError


class UnknownFact(DomainError):
    """No entry of the catalogue has this key."""

    code = "unknown_fact"
    status = 400


class FactValueRefused(DomainError):
    """The value does not have the form of its fact."""

    code = "fact_value_refused"
    status = 400


class FactIsComputed(DomainError):
    """The fact is made of others and never stated."""

    code = "fact_is_computed"
    status = 400


class NotAnEditor(DomainError):
    """The person may not change what this company states."""

    code = "not_an_editor"
    status = 403


class CompanyUnknown(DomainError):
    """No company has this identifier."""

    code = "unknown_company"
    status = 404


class InvalidCompanyIdentifier(DomainError):
    """No kind of identifier: neither ours nor a SIREN, a LEI or a VAT number."""

    code = "invalid_company_identifier"
    status = 400


class AmbiguousIdentifier(DomainError):
    """Several companies state this number, and none is verified better than another."""

    code = "ambiguous_identifier"


class InvalidInstant(DomainError):
    """`at` is no date or instant of the past."""

    code = "invalid_instant"
    status = 400


class FactAlwaysApplies(DomainError):
    """A mandatory fact that every company has is said not to be."""

    code = "fact_always_applies"
    status = 400


class AlreadyCorrected(DomainError):
    """Somebody corrected this statement in the meantime."""

    code = "already_corrected"


class ReasonMissing(DomainError):
    """A value is withheld without a reason."""

    code = "reason_missing"
    status = 400


class SecondFactorMissing(DomainError):
    """The act is done in a company's name, and the session has no second factor."""

    code = "second_factor_required"
    status = 403


class AddressRefused(DomainError):
    """What was given is no e-mail address."""

    code = "address_refused"
    status = 400


class NothingToContest(DomainError):
    """Nobody states this fact, or it is computed: there is no statement to contest."""

    code = "nothing_to_contest"


class StatementReplaced(DomainError):
    """The statement that the person saw is no longer the published one."""

    code = "statement_replaced"


class AlreadyContested(DomainError):
    """The same person has an unsettled dispute about the same fact."""

    code = "already_contested"


class ContestsItself(DomainError):
    """Who acts for a company corrects what it states, and does not contest it."""

    code = "contests_itself"
    status = 403


class DisputeTextRefused(DomainError):
    """What is said is too short or too long."""

    code = "dispute_text_refused"
    status = 400


class DisputeMoved(DomainError):
    """The dispute no longer stands where this could be done to it."""

    code = "dispute_moved"


class NotACorrection(DomainError):
    """No newer statement takes the place of the contested one and says otherwise."""

    code = "not_a_correction"


class AnswerAwaited(DomainError):
    """The company still has time to answer; nobody finds it wrong before."""

    code = "answer_awaited"


class NotTheArbiter(DomainError):
    """Only an operator with no part in the dispute decides it."""

    code = "not_the_arbiter"
    status = 403


class NotTheAuthor(DomainError):
    """Only who opened a dispute withdraws it."""

    code = "not_the_author"
    status = 403


class CivilStatusIncomplete(DomainError):
    """Mandatory facts are missing, so the company has no door to shoppers."""

    code = "civil_status_incomplete"


class NotAnOwner(DomainError):
    """Only an owner of the company says who acts for it."""

    code = "not_an_owner"
    status = 403


class LastOwner(DomainError):
    """Without this person nobody could say who acts for the company."""

    code = "last_owner"


class RoleUnknown(DomainError):
    """There is no such role."""

    code = "unknown_role"
    status = 400


class MemberGone(DomainError):
    """The person no longer acts for the company."""

    code = "member_gone"


class AlreadyMember(DomainError):
    """The person acts for the company already, with this role or a higher one."""

    code = "already_member"


class TooManyInvitations(DomainError):
    """The company has sent as many invitations as a day allows."""

    code = "too_many_invitations"
    status = 429


class InvitationUnknown(DomainError):
    """No invitation has this link, or a newer e-mail replaced it."""

    code = "unknown_invitation"
    status = 404


class InvitationExpired(DomainError):
    """The invitation was not accepted in time."""

    code = "invitation_expired"
    status = 410


class InvitationRevoked(DomainError):
    """The invitation was taken back."""

    code = "invitation_revoked"
    status = 410


class InvitationUsed(DomainError):
    """The invitation was accepted before."""

    code = "invitation_used"


class AccountExists(DomainError):
    """The address has an account: its owner signs in with it."""

    code = "account_exists"


class PasswordRefused(DomainError):
    """The password is too easy to guess."""

    code = "password_refused"
    status = 400


class EvidenceMissing(DomainError):
    """A value is said to be evidenced, and no document is attached."""

    code = "evidence_missing"
    status = 400


class EvidenceUnknown(DomainError):
    """There is no such document, or not for this reader."""

    code = "unknown_evidence"
    status = 404


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


class ImportFileRefused(DomainError):
    """The file is no table that can be read. `reason` says why."""

    code = "import_file_refused"
    status = 400


class ImportFileNotKept(DomainError):
    """The server has no room for the file."""

    code = "import_file_not_kept"
    status = 507


class ImportIsFinal(DomainError):
    """The import is recorded, refused or cancelled: nothing is left to stop."""

    code = "import_is_final"


class ImportNotToConfirm(DomainError):
    """The import is not checked yet, was confirmed already, or states nothing new."""

    code = "import_not_to_confirm"


class NoRegisterToAsk(DomainError):
    """No register knows the company by what it states, or none may be asked here."""

    code = "no_register_to_ask"


class RegistersAskedRecently(DomainError):
    """The registers' answers are not a day old."""

    code = "registers_asked_recently"
