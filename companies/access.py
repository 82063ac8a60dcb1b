"""
Who sees and changes what in the admin: a member, its own company's rows and no others.

Every admin of a row that belongs to a company stands on `RowLevelAdmin`, which says by
`company_path` where the company is, and by `member_actions` what members are allowed.
"""

from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import ForeignKey, Model, QuerySet, URLField
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse

from common.errors import DomainError
from common.theme import ModelAdmin
from companies.errors import NotAnEditor, SecondFactorMissing
from companies.forms import RefusableForm
from companies.models import Company, Membership
from companies.services import require_editor

GROUP_NAME = "Company members"
EDITING_ROLES = (Membership.Role.EDITOR, Membership.Role.OWNER)

# Kept with the request, under `META`.
REFUSAL = "flashsesame.refusal"
IS_EDITOR = "flashsesame.is_editor"

M = TypeVar("M", bound=Model)


def company_group() -> Group:
    """
    Return the group of company members, with exactly the permissions they need.

    What these are is said beside each admin. Rows and roles narrow them further, so a
    permission alone opens nothing.
    """
    group, _is_new = Group.objects.get_or_create(name=GROUP_NAME)
    wanted = {
        (
            ContentType.objects.get_for_model(model).pk,
            f"{action}_{model._meta.model_name}",
        )
        for model, actions in _member_actions()
        for action in actions
    }
    # Compared here: a condition for each model takes longer to build than to answer.
    of_these = Permission.objects.filter(content_type__in={kind for kind, _ in wanted})
    found = of_these.order_by().values_list("pk", "content_type_id", "codename")
    group.permissions.set(
        [pk for pk, kind, codename in found if (kind, codename) in wanted]
    )
    return group


def _member_actions() -> Iterator[tuple[type[Model], tuple[str, ...]]]:
    for model, model_admin in admin.site._registry.items():
        if not isinstance(model_admin, RowLevelAdmin):
            continue
        yield model, model_admin.member_actions
        for inline in model_admin.inlines:
            if issubclass(inline, CompanyRows):
                yield inline.model, inline.member_actions


@transaction.atomic
def admit(*, user: User, company: Company, role: str) -> Membership:
    """Let a person into the admin for one company; again, to change the role."""
    membership, _is_new = Membership.objects.update_or_create(
        user=user, company=company, defaults={"role": role}
    )
    open_admin(user)
    return membership


def open_admin(user: User) -> None:
    """Let a person into the admin, where memberships say what there is to see."""
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    user.groups.add(company_group())


def is_operator(request: HttpRequest) -> bool:
    """Say whether the request comes from who runs the service, not from a company."""
    return bool(getattr(request.user, "is_superuser", False))


def edited_companies(request: HttpRequest) -> QuerySet[Company]:
    """Return the companies for which this person may change something."""
    if is_operator(request):
        return Company.objects.all()
    return Company.objects.filter(
        memberships__user=request.user.pk, memberships__role__in=EDITING_ROLES
    )


def may_edit(request: HttpRequest, company: Company | None) -> bool:
    """Say whether this person may change what `company` states."""
    try:
        require_editor(request.user, company)
    except NotAnEditor:
        return False
    return True


class CompanyRows(admin.options.BaseModelAdmin[M]):
    """The rows of a person's own companies, for admins and inlines alike."""

    # From the model to its company, as a lookup; "pk" for the company itself.
    company_path: ClassVar[str] = "company"
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    # Of view, add and change: what the members' group may do with this model.
    member_actions: ClassVar[tuple[str, ...]] = ("view",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        """Keep the rows of the companies that this person is a member of."""
        rows = super().get_queryset(request)
        if is_operator(request):
            return rows
        own = Company.objects.visible_to(request.user)
        return rows.filter(**{f"{self.company_path}__in": own})

    def formfield_for_foreignkey(
        self,
        db_field: ForeignKey[Any, Any],
        request: HttpRequest,
        **kwargs: Any,
    ) -> ModelChoiceField[Any] | None:
        """Offer, and accept, only rows that the person sees in their own admin."""
        if is_operator(request):
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        kwargs["queryset"] = self._choices(db_field, request)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.remote_field.model is Company:
            # What belongs to no company would be nobody's, and out of their sight.
            field.required = True
            if len(own := list(edited_companies(request)[:2])) == 1:
                field.initial = own[0].pk
        return field

    def _choices(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest
    ) -> QuerySet[Any]:
        model = db_field.remote_field.model
        if model is Company:
            return edited_companies(request)
        related = self.admin_site._registry.get(model)
        if isinstance(related, RowLevelAdmin):
            return related.get_queryset(request)
        # A model without such an admin belongs to no company: nothing to choose.
        queryset: QuerySet[Any] = model._default_manager.none()
        return queryset

    def company_of(self, row: M) -> Company | None:
        """Return the company that a row belongs to."""
        value: Any = row
        for name in [] if self.company_path == "pk" else self.company_path.split("__"):
            value = getattr(value, name)
        assert value is None or isinstance(value, Company)
        return value


class RowLevelAdmin(CompanyRows[M], ModelAdmin[M]):
    """An admin whose rows belong to companies. Nothing is deleted through it."""

    form = RefusableForm
    # What an empty list says: how the first row comes about.
    empty_hint: ClassVar[Any] = ""
    warn_unsaved_form: ClassVar[bool] = True

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """
        Let members filter by what their pages show.

        Django lets any column be asked for in the address, `opened_by` of a dispute
        too: whoever counts the rows learns what no page says.
        """
        if not super().lookup_allowed(lookup, value, request):
            return False
        return is_operator(request) or not self._is_tie(lookup.partition("__")[0])

    def _is_tie(self, name: str) -> bool:
        """Say whether a filter asks for an account, a parent, or rows elsewhere."""
        if name not in {one.name for one in self.opts.get_fields(include_hidden=True)}:
            # Of a filter of ours, or of nothing.
            return False
        field: Any = self.opts.get_field(name)
        if not field.is_relation:
            return False
        is_other = field.related_model is Company and name != self.company_path
        return bool(not field.concrete or is_other or field.related_model is User)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let only editors of some company add rows."""
        return super().has_add_permission(request) and self._is_editor(request)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Let only editors of the row's own company change it."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None:
            return self._is_editor(request)
        return may_edit(request, self.company_of(obj))

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: M | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: what was said of a company or a product is not taken back."""
        return False

    def get_form(
        self,
        request: HttpRequest,
        obj: M | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> Any:
        """Return the form, with the service's refusal when there was one."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = request.META.get(REFUSAL, "")
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a refusal of a service as an error of the form."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except SecondFactorMissing:
            # Led to where one is used or set up, and back: `AskForSecondFactor`.
            raise
        except DomainError as refused:
            # Whatever was written is rolled back: the same form is shown once more.
            request.META[REFUSAL] = refused.detail
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _is_editor(self, request: HttpRequest) -> bool:
        if is_operator(request):
            return True
        # Every page asks it for every model, since the side bar shows them all.
        if IS_EDITOR not in request.META:
            request.META[IS_EDITOR] = edited_companies(request).exists()
        return bool(request.META[IS_EDITOR])


class OnlyRead(admin.options.BaseModelAdmin[M]):
    """Rows to be read: what makes them, or corrects them, is not this page."""

    def has_add_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: M | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse, to operators too."""
        return False

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: M | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse, to operators too."""
        return False


class CompanyInline(CompanyRows[M]):
    """Rows on the page of something that has a company, changed by its editors."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let the company's own editors add rows, and whoever adds the thing."""
        return super().has_add_permission(request, obj) and _is_own(request, obj)  # type: ignore[call-arg]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let the company's own editors change rows."""
        return super().has_change_permission(request, obj) and _is_own(request, obj)


def _is_own(request: HttpRequest, thing: Any) -> bool:
    return thing is None or may_edit(request, thing.company)
