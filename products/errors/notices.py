"""What cannot be said in a recall or a safety notice."""

from common.errors import DomainError


class NoticeRefused(DomainError):
    """The notice does not hold together. `field` and `reason` say where and why."""

    code = "notice_refused"
    status = 400


class NoticeReferenceUsed(DomainError):
    """A notice with this reference says something else."""

    code = "notice_reference_used"


class NoticeUnknown(DomainError):
    """There is no such notice, or it is not the caller's."""

    code = "unknown_notice"
    status = 404


class NoticeIsOver(DomainError):
    """The notice was withdrawn: nothing of it can be changed."""

    code = "notice_withdrawn"


class NoticeOfAuthority(DomainError):
    """Whoever runs the service issued it: the company cannot take it back."""

    code = "notice_of_authority"
    status = 403
