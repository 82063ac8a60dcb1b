"""Inviting people by e-mail, and what became of each invitation: for owners."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.errors import DomainError
from companies.access import RowLevelAdmin
from companies.admin.members import author, owned_companies, owns, tell
from companies.forms import RefusableForm
from companies.models import Company, Invitation
from companies.second_factor import require_second_factor
from companies.services.inviting import invite_member, revoke_invitation, send_again

State = Invitation.State


class InvitationForm(RefusableForm):
    """Whom to invite, and what for."""

    def validate_constraints(self) -> None:
        """Leave it to the service: the same address again renews the invitation."""

    def clean_email(self) -> str:
        """Take the spaces of a pasted address away."""
        return str(self.cleaned_data["email"]).strip()


class StateFilter(admin.SimpleListFilter):
    """By where an invitation stands."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        model_admin: Any,  # noqa: ARG002 - Django's signature
    ) -> list[tuple[str, str]]:
        """Offer each state."""
        return [(str(value), str(label)) for value, label in State.choices]

    def queryset(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[Invitation],
    ) -> QuerySet[Invitation]:
        """Keep the invitations in the chosen state."""
        unanswered = queryset.filter(accepted_at=None, revoked_at=None)
        now = timezone.now()
        match self.value():
            case State.OPEN:
                return unanswered.filter(expires_at__gt=now)
            case State.EXPIRED:
                return unanswered.filter(expires_at__lte=now)
            case State.ACCEPTED:
                return queryset.exclude(accepted_at=None)
            case State.REVOKED:
                return queryset.exclude(revoked_at=None)
        return queryset


@admin.register(Invitation)
class InvitationAdmin(RowLevelAdmin[Invitation]):
    """Whom the owners of a company invited. An invitation is sent, never edited."""

    form = InvitationForm
    member_actions = ("view", "add")
    list_display = ("email", "role", "state", "expires_at", "company", "inviter")
    list_select_related = ("company", "invited_by")
    list_filter = (StateFilter,)
    search_fields = ("email",)
    actions = ("send_again", "revoke")
    empty_hint: ClassVar[Any] = gettext_lazy(
        "Nobody was invited yet. Whoever accepts an invitation sees and changes this "
        "company as far as the role allows, and no other."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        """Keep the invitations of companies that the person owns."""
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined, no-any-return]

    @admin.display(description=gettext_lazy("state"))
    def state(self, invitation: Invitation) -> str:
        """Return where it stands, in words."""
        return str(invitation.state.label)

    @admin.display(description=gettext_lazy("invited by"))
    def inviter(self, invitation: Invitation) -> str:
        """Return who invited."""
        user = invitation.invited_by
        return (user.get_full_name() or user.get_username()) if user else ""

    def has_view_permission(
        self, request: HttpRequest, obj: Invitation | None = None
    ) -> bool:
        """Let owners: an address is not every member's business."""
        return super().has_view_permission(request, obj) and owns(
            request, obj.company if obj else None
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let owners of some company."""
        return request.user.has_perm("companies.add_invitation") and owns(request, None)

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Invitation | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse, to operators too: what was sent was sent."""
        return False

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Let whoever may invite send again and take back."""
        return self.has_add_permission(request)

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None) -> Any:  # noqa: ARG002 - Django's signature
        """Ask for three things; show what became of them afterwards."""
        if obj is None:
            return ("company", "email", "role")
        return (*self.list_display, "created_at", "accepted_at", "revoked_at")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Invitation | None = None
    ) -> Any:
        """Fix everything that was sent."""
        return self.get_fields(request, obj) if obj else ()

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer the companies that the person owns."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.remote_field.model is Company:
            field.queryset = owned_companies(request)
        return field

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Say what each role may do, and where the e-mail goes."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.Field) and db_field.name == "role":
            field.help_text = _(
                "A viewer reads; an editor also states facts and publishes; an owner "
                "also invites and removes people."
            )
        if isinstance(field, forms.Field) and db_field.name == "email":
            field.help_text = _mail_hint()
        return field

    def save_model(
        self,
        request: HttpRequest,
        obj: Invitation,
        form: Any,  # noqa: ARG002 - Django's signature
        change: bool,  # noqa: ARG002, FBT001 - Django's signature
    ) -> None:
        """Send the invitation by the service."""
        require_second_factor(request)
        made = invite_member(
            company=obj.company, email=obj.email, role=obj.role, author=author(request)
        )
        obj.pk, obj.email = made.pk, made.email

    def message_user(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Add where the e-mail lies when no mail server is set."""
        super().message_user(request, *args, **kwargs)
        if hint := _file_hint():
            messages.info(request, hint)

    @admin.action(description=gettext_lazy("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """Send the chosen invitations once more, each with a new link."""
        count = self._each(request, queryset, send_again)
        text = ngettext(
            "%(n)s invitation was sent again.",
            "%(n)s invitations were sent again.",
            count,
        )
        if count:
            self.message_user(request, text % {"n": count}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Take back"), permissions=["send"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """Take the chosen invitations back: their links open nothing any more."""
        count = self._each(request, queryset, revoke_invitation)
        text = ngettext(
            "%(n)s invitation was taken back.",
            "%(n)s invitations were taken back.",
            count,
        )
        if count:
            messages.success(request, text % {"n": count})

    def _each(
        self,
        request: HttpRequest,
        chosen: QuerySet[Invitation],
        act: Callable[..., Any],
    ) -> int:
        require_second_factor(request)
        person: User = author(request)
        done = 0
        for invitation in chosen:
            try:
                act(invitation=invitation, author=person)
                done += 1
            except DomainError as refused:
                tell(request, refused, invitation.email)
        return done


def _mail_hint() -> str:
    days = settings.INVITATION_DAYS
    text = ngettext(
        "A link is sent there that is good for %(days)s day.",
        "A link is sent there that is good for %(days)s days.",
        days,
    ) % {"days": days}
    return " ".join(filter(None, [text, _file_hint()]))


def _file_hint() -> str:
    if settings.EMAIL_FILE_PATH and settings.EMAIL_IS_SENT:
        return format_html(
            _("No mail server is set: the e-mail is written to a file in {}."),
            settings.EMAIL_FILE_PATH,
        )
    if not settings.EMAIL_IS_SENT:
        return _("No mail server is set: the e-mail waits until there is one.")
    return ""
