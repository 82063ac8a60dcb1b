"""
What verifiers see of the admin: what is in their scope, and what they said of it.

Beside `access`, by which members see their company: who is both sees both, each at its
own place. The permissions are those of a group; the rows say what is behind them.
"""

from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.http import HttpRequest

from companies import scoping
from companies.models import StatementToVerify, Verification, Verifier

GROUP_NAME = "Verifiers"
SEEN_MODELS = (StatementToVerify, Verification)
# Kept with the request, under `META`: the side bar asks on every page.
VERIFIER = "flashsesame.verifier"


def verifier_group() -> Group:
    """Return the group of verifiers, with exactly the permissions they need."""
    group, _is_new = Group.objects.get_or_create(name=GROUP_NAME)
    wanted = Q(pk__in=[])
    for model in SEEN_MODELS:
        wanted |= Q(
            content_type=ContentType.objects.get_for_model(
                model, for_concrete_model=False
            ),
            codename=f"view_{model._meta.model_name}",
        )
    group.permissions.set(Permission.objects.filter(wanted))
    return group


def admit_verifier(verifier: Verifier) -> None:
    """Let a verifier into the admin, or out of what is its alone when inactive."""
    user: User = verifier.user
    if not verifier.is_active:
        user.groups.remove(verifier_group())
        return
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    user.groups.add(verifier_group())


def verifier(request: HttpRequest) -> Verifier | None:
    """Return the verifier that this person acts for, if any."""
    if VERIFIER not in request.META:
        request.META[VERIFIER] = scoping.verifier_of(request.user)
    found: Any = request.META[VERIFIER]
    assert found is None or isinstance(found, Verifier)
    return found
