"""Refusals of disputes."""

from common.errors import DomainError


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
