"""Refusals of who acts for a company, and how they come in."""

from common.errors import DomainError


class NotAnEditor(DomainError):
    """The person may not change what this company states."""

    code = "not_an_editor"
    status = 403


class SecondFactorMissing(DomainError):
    """The act is done in a company's name, and the session has no second factor."""

    code = "second_factor_required"
    status = 403


class AddressRefused(DomainError):
    """What was given is no e-mail address."""

    code = "address_refused"
    status = 400


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
