"""The forms of the admin of links: a link, the entity it is about, a prefix."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold import widgets

from companies import wording
from companies.forms import RefusableForm
from scanning.models import Anchor, HandedOverPrefix, Link
from scanning.resolving import linktypes, rules
from scanning.resolving.rules import AnchorRefused, Entry
from scanning.services import linking

WORDS = ("hreflang", "context", "access_role")

MAX_POSITION = 32_767


class LinkForm(forms.ModelForm[Link]):
    """One link, its kind chosen from GS1's list."""

    link_type = forms.ChoiceField(
        label=gettext_lazy("Kind of link"),
        widget=widgets.UnfoldAdminSelectWidget,
        help_text=gettext_lazy("What the reader finds there."),
    )

    href = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=rules.MAX_HREF,
        strip=False,
        widget=widgets.UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Where the phone is led, https."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["link_type"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(_kinds(self.instance.link_type))
        # The column's own limit, which SQLite does not keep.
        self.fields["position"].validators.append(MaxValueValidator(MAX_POSITION))
        if not self.instance.pk:
            self.initial.setdefault("link_type", linktypes.PIP)

    def clean(self) -> dict[str, Any]:
        """Leave every rule to the service, which says more than the form could."""
        return self.cleaned_data

    def _post_clean(self) -> None:
        """Keep the row as it was: a version in force is never edited."""

    def members(self) -> dict[str, Any]:
        """Return the members of the entry that the form gives."""
        given = {
            name: value
            for name, value in self.cleaned_data.items()
            if name in Entry._fields
        }
        given |= {name: tuple(given[name].split()) for name in WORDS if name in given}
        given["position"] = given.get("position") or 0
        return given


class LinkFormSet(forms.BaseInlineFormSet[Link, Anchor, forms.ModelForm[Link]]):
    """The links of an entity, of which each may be retired."""

    def add_fields(self, form: forms.ModelForm[Link], index: int | None) -> None:
        """Say what happens: nothing is deleted."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Retire (its versions are kept)")


class AnchorForm(RefusableForm):
    """An entity: its key may be typed in any accepted way."""

    def clean_path(self) -> str:
        """Return the canonical key, or say what is wrong with it."""
        try:
            return rules.anchor_key(str(self.cleaned_data["path"]).strip()).key
        except AnchorRefused as refused:
            raise forms.ValidationError(refused.breach.detail) from refused


class PrefixForm(forms.ModelForm[HandedOverPrefix]):
    """A prefix and the resolver that answers for it."""

    def clean_resolver_root(self) -> str:
        """Take an https address, without the slash that the path brings."""
        root = str(self.cleaned_data["resolver_root"]).strip().rstrip("/")
        entry = Entry(linktypes.PIP, root, "x")
        for breach in linking.breaches(entry):
            raise forms.ValidationError(breach.detail)
        if "?" in root or "#" in root:
            raise forms.ValidationError(
                _("Give the address to which a key’s path is added, without ? and #.")
            )
        if rules.is_own(root, settings.BASE_URL):
            raise forms.ValidationError(
                _("This address is answered by this resolver: a scan would go round.")
            )
        return root

    def clean_prefix(self) -> str:
        """Take digits only."""
        prefix = str(self.cleaned_data["prefix"]).strip()
        if not (prefix.isascii() and prefix.isdigit() and 4 <= len(prefix) <= 12):
            raise forms.ValidationError(_("A company prefix has 4 to 12 digits."))
        return prefix


def _kinds(present: str) -> Iterator[tuple[str, str]]:
    """Yield GS1's kinds of link, and the one that the row has already."""
    known = linktypes.known().values()
    named = [(one, linktypes.label(one.uri, wording.language())) for one in known]
    for one, label in sorted(named, key=lambda pair: pair[1].casefold()):
        if one.uri == present or not (
            one.is_deprecated or one.uri in linktypes.RESERVED
        ):
            yield one.uri, label
    if present and present not in {one.uri for one in known}:
        yield present, present
