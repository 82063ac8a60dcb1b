"""
The log of acts: who did what for a company, and when.

A leaf module: called by services, in the transaction of the act itself, so that neither
is there without the other.
"""

from django.contrib.auth.models import AnonymousUser, User

from companies.models import Act, Company


def note_act(
    *,
    company: Company | None,
    actor: User | AnonymousUser | None,
    kind: str,
    subject: str = "",
    subject_id: object = "",
) -> None:
    """
    Write one line of the log. `kind` is a stable code such as `invitation.sent`.

    `subject` is shown to the company's members: no secret, no name of a person.
    """
    Act.objects.create(
        company=company,
        actor=actor if isinstance(actor, User) and actor.pk else None,
        kind=kind,
        subject=subject[:200],
        subject_id=str(subject_id)[:40],
    )
