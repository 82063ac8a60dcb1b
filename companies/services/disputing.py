"""
Contesting what a company states, and what becomes of it.

    open → maintained → upheld → corrected
         ↘ corrected  ↘ rejected
    withdrawn by its author from open or maintained

Every move is a conditional update: of two at once one wins, the other is refused.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from companies import acts, catalogue, reminding, tasks, wording
from companies.assessing import portray
from companies.errors import (
    AlreadyContested,
    AnswerAwaited,
    ContestsItself,
    DisputeMoved,
    DisputeTextRefused,
    NotACorrection,
    NothingToContest,
    NotTheArbiter,
    NotTheAuthor,
    StatementReplaced,
    UnknownFact,
)
from companies.filing import Kept
from companies.models import Company, Dispute, Evidence, Statement
from companies.services.evidencing import clean_name
from companies.services.rights import require_editor

MIN_TEXT = 10
MAX_TEXT = 2_000
MAX_REASON = 500
State = Dispute.State


def statement_to_contest(company: Company, fact: str) -> Statement:
    """
    Return the statement of a fact that readers are shown.

    Raise `NothingToContest` where there is none: what is computed is contested by what
    it is computed of.
    """
    if fact not in catalogue.facts():
        raise UnknownFact(_("The catalogue has no fact “%s”.") % fact)
    portrait = portray([company.pk], on=timezone.localdate())[company.pk]
    shown = portrait.retained.get(fact)
    if shown is None:
        raise NothingToContest(
            _(
                "The company states nothing here itself. A computed figure is "
                "contested by what it is computed of."
            )
        )
    return shown.statement


@transaction.atomic
def open_dispute(
    *,
    statement: Statement,
    kind: str,
    text: str,
    document: Kept | None = None,
    opened_by: User | None = None,
) -> Dispute:
    """
    Contest a published statement: the company has fifteen days to answer.

    `opened_by` is somebody with an account in the admin, and never told to the company;
    shoppers are known to their own room only. Owners and editors get an e-mail. The
    bytes of `document` are kept before: they take longer than a lock should last.
    """
    said = _worded(text, MAX_TEXT)
    kind = Dispute.Kind(kind)
    # One lock a company, as for statements: a correction comes before, or after.
    company = Company.objects.select_for_update().get(pk=statement.company_id)
    if not Statement.objects.current().filter(pk=statement.pk).exists():
        raise StatementReplaced(
            _("This statement was replaced meanwhile. Look at the new one, please.")
        )
    if opened_by is not None:
        _require_outsider(opened_by, statement)
    today = timezone.localdate()
    dispute = Dispute.objects.create(
        company=company,
        statement=statement,
        fact=statement.fact,
        kind=kind,
        text=said,
        opened_by=opened_by,
        due_on=Dispute.due_day(today),
    )
    if document is not None:
        dispute.evidence.add(_exhibit(company, document))
    reminding.tell_opened(dispute)
    # Not by whom: the company reads the log.
    _note(dispute, None, "dispute.opened")
    Company.objects.filter(pk=company.pk).note_change()
    transaction.on_commit(tasks.hint_mails, robust=True)
    return dispute


@transaction.atomic
def answer_dispute(
    *,
    dispute: Dispute,
    author: User,
    answer: str,
    corrected_by: Statement | None = None,
) -> Dispute:
    """
    Answer in the company's name: the statement is maintained, or was corrected.

    `corrected_by` has taken the contested statement's place and says something else;
    that settles the dispute, even after the company maintained it or was found wrong.
    """
    require_editor(author, dispute.company)
    said = _worded(answer, MAX_TEXT)
    now = timezone.now()
    if corrected_by is None:
        _move(dispute, [State.OPEN], state=State.MAINTAINED, **_said(said, now))
        _note(dispute, author, "dispute.maintained")
        return dispute
    _require_correction(dispute, corrected_by)
    _move(
        dispute,
        [State.OPEN, State.MAINTAINED, State.UPHELD],
        state=State.CORRECTED,
        correction=corrected_by,
        settled_at=now,
        **_said(said, now),
    )
    _note(dispute, author, "dispute.corrected")
    return dispute


@transaction.atomic
def withdraw_dispute(*, dispute: Dispute, author: User | None) -> Dispute:
    """
    Take a dispute back, for good: only its author may, and not once it is decided.

    Without `author` it is a shopper's, whose own room has made sure who asks.
    """
    if dispute.opened_by_id != (author.pk if author else None):
        raise NotTheAuthor(_("Only who opened a dispute may withdraw it."))
    _move(
        dispute,
        Dispute.WITHDRAWABLE,
        state=State.WITHDRAWN,
        settled_at=timezone.now(),
    )
    _note(dispute, None, "dispute.withdrawn")
    return dispute


@transaction.atomic
def decide_dispute(
    *, dispute: Dispute, operator: User, decision: str, reason: str
) -> Dispute:
    """
    Find the author of a dispute right (`upheld`) or wrong (`rejected`), with reasons.

    Nobody is found right before the company has answered or let its time pass. Upheld,
    the dispute stays open until the company corrects its statement.
    """
    if decision not in {State.UPHELD, State.REJECTED}:
        raise ValueError(f"{decision!r} is not a decision")
    if not may_decide(operator, dispute):
        raise NotTheArbiter(
            _("A dispute is decided by an operator who has no part in it.")
        )
    said = _worded(reason, MAX_REASON)
    if decision == State.UPHELD and not may_be_upheld(dispute):
        raise AnswerAwaited(
            _("The company has until %(day)s to answer.")
            % {"day": wording.day(dispute.due_on)}
        )
    now = timezone.now()
    _move(
        dispute,
        # As the operator saw it: not over an answer that came meanwhile.
        [one for one in Dispute.WITHDRAWABLE if one == dispute.state],
        state=State(decision),
        decision=said,
        decided_at=now,
        settled_at=now if decision == State.REJECTED else None,
    )
    _note(dispute, operator, f"dispute.{decision}")
    return dispute


def may_decide(operator: User, dispute: Dispute) -> bool:
    """Say whether a person is an operator with no part in the dispute."""
    if not (operator.is_superuser and operator.is_active):
        return False
    is_member = operator.memberships.filter(company=dispute.company_id).exists()
    return dispute.opened_by_id != operator.pk and not is_member


def may_be_upheld(dispute: Dispute) -> bool:
    """Say whether the company has answered, or let its time pass."""
    return dispute.state != State.OPEN or dispute.is_overdue(timezone.localdate())


def correction_of(dispute: Dispute) -> Statement | None:
    """Return what stands now in the contested statement's place, if anything does."""
    latest, following = None, _successor(dispute.statement_id)
    while following is not None:
        latest, following = following, _successor(following.pk)
    return latest


def _successor(statement_id: int) -> Statement | None:
    return Statement.objects.filter(supersedes=statement_id).first()


def _require_outsider(opened_by: User, statement: Statement) -> None:
    if opened_by.memberships.filter(company=statement.company_id).exists():
        raise ContestsItself(
            _("You act for this company: correct its statement instead.")
        )
    mine = Dispute.objects.unsettled().filter(
        opened_by=opened_by, company=statement.company_id, fact=statement.fact
    )
    if before := mine.first():
        raise already_contested(before)


def already_contested(before: Dispute) -> AlreadyContested:
    """Return the refusal of a second dispute about the same fact, with the first."""
    return AlreadyContested(
        _("You contest this fact already: your dispute is not settled yet."),
        dispute=str(before.pk),
    )


def _require_correction(dispute: Dispute, corrected_by: Statement) -> None:
    """Raise `NotACorrection` unless it replaced the contested one and differs."""
    earlier: Statement | None = corrected_by
    while earlier is not None and earlier.pk != dispute.statement_id:
        earlier = Statement.objects.filter(superseded_by=earlier).first()
    contested = dispute.statement
    if earlier is None or corrected_by.pk == contested.pk:
        raise NotACorrection(
            _("This statement does not take the place of the contested one.")
        )
    if dispute.kind != Dispute.Kind.OUTDATED and _says(corrected_by) == _says(
        contested
    ):
        raise NotACorrection(
            _("The new statement says the same: maintain it, or correct it.")
        )


def _says(statement: Statement) -> tuple[Any, ...]:
    return (
        statement.status,
        statement.value,
        statement.unit,
        statement.year,
        statement.details,
        statement.note,
    )


def _worded(text: str, longest: int) -> str:
    said = text.replace("\r\n", "\n").strip()
    if not MIN_TEXT <= len(said) <= longest:
        raise DisputeTextRefused(
            _("Write between %(least)s and %(most)s characters.")
            % {"least": MIN_TEXT, "most": longest},
            min_length=MIN_TEXT,
            max_length=longest,
        )
    return said


def _said(answer: str, now: datetime) -> dict[str, Any]:
    return {"answer": answer, "answered_at": now}


def _move(dispute: Dispute, states: Iterable[str], **columns: Any) -> None:
    """Move a dispute that stands in one of `states`, or raise `DisputeMoved`."""
    # The company first, as everywhere: its lock comes before that of its rows.
    Company.objects.filter(pk=dispute.company_id).note_change()
    moved = Dispute.objects.filter(pk=dispute.pk, state__in=list(states))
    count = moved.update(**columns)
    dispute.refresh_from_db()
    if count != 1:
        raise DisputeMoved(
            _("This dispute stands elsewhere by now: %(state)s.")
            % {"state": dispute.get_state_display()},
            state=dispute.state,
        )


def _exhibit(company: Company, kept: Kept) -> Evidence:
    """
    Return the row of a document given with a dispute.

    Without its author or the name that its author gave it. The company reads it, and
    neither publishes nor attaches it, unless it has the very same document itself.
    """
    with override(settings.LANGUAGE_CODE):
        name = clean_name(_("evidence of a dispute"), ending=kept.kind.ending)
    evidence, _is_new = Evidence.objects.get_or_create(
        company=company,
        sha256=kept.sha256,
        defaults={
            "size": kept.size,
            "media_type": kept.kind.media_type,
            "name": name,
            "is_from_outside": True,
        },
    )
    return evidence


def _note(dispute: Dispute, actor: User | None, kind: str) -> None:
    acts.note_act(
        company=dispute.company,
        actor=actor,
        kind=kind,
        subject=dispute.fact,
        subject_id=dispute.pk,
    )
