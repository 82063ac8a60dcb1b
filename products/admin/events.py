"""Events of companies: documents that come in, what they say, and where it was."""

import json
import re
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget

from companies.access import OnlyRead, RowLevelAdmin
from companies.admin.uploads import SHOWN, UploadAdmin
from companies.forms import RefusableForm
from companies.second_factor import AsksWhenSaving
from products import gtin as arithmetic
from products.admin.products import author
from products.epcis.identifiers import ROOT, canonical
from products.models import Capture, Event, Place
from products.services import (
    ask_capture,
    cancel_capture,
    confirm_capture,
    describe_place,
)
from products.services.capturing import Way


class CaptureForm(RefusableForm):
    """A document of events, and whose it is."""

    file = forms.FileField(
        label=gettext_lazy("Document"),
        widget=UnfoldAdminFileFieldWidget,
        # What is wrong with a document, an empty one too, is the service's to say.
        allow_empty_file=True,
        help_text=gettext_lazy(
            "EPCIS 2.0, JSON-LD or XML. It is only checked at first: you see what "
            "would be recorded, then say whether it is."
        ),
    )

    class Meta:
        model = Capture
        fields = ("company", "behaviour")


@admin.register(Capture)
class CaptureAdmin(UploadAdmin[Capture]):
    """Documents of events. Uploaded on one page; then looked at and confirmed."""

    form = CaptureForm
    list_filter = ("state", "door")
    search_fields = ("name", "company__name", "sha256")
    fields = ("company", "file", "behaviour")
    page_template: ClassVar[str] = "admin/products/capture/page.html"
    add_title: ClassVar[Any] = gettext_lazy("Upload a document of events")
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No document yet. Send EPCIS events by API with a key, or upload a document."
    )

    @admin.display(description=gettext_lazy("news"))
    def news(self, capture: Capture) -> int:
        """Return how many events say something new."""
        return capture.news

    def ask(self, request: HttpRequest, form: Any) -> Capture:
        """Keep the document, to be checked."""
        upload = form.cleaned_data["file"]
        return ask_capture(
            company=form.cleaned_data["company"],
            chunks=upload.chunks(),
            way=Way(
                door=Capture.Door.ADMIN,
                name=upload.name,
                author=author(request),
                is_dry_run=True,
                behaviour=form.cleaned_data["behaviour"],
            ),
        )

    def record(self, request: HttpRequest, run: Capture) -> None:
        """Let what was checked be recorded."""
        confirm_capture(capture=run, author=author(request))

    def stop(self, request: HttpRequest, run: Capture) -> None:
        """Cancel a capture."""
        cancel_capture(capture=run, author=author(request))

    def shown(self, run: Capture) -> dict[str, Any]:
        """Return how far it is, the first refusals, and where its events are."""
        return {
            "capture": run,
            "percent": 100 * run.done // max(run.total, 1),
            "errors": run.errors.all()[:SHOWN],
            "events": f"{reverse('admin:products_event_changelist')}"
            f"?capture__id__exact={run.pk}",
        }


@admin.register(Event)
class EventAdmin(OnlyRead[Event], RowLevelAdmin[Event]):
    """What was captured, event by event. To be read."""

    list_display = ("time", "kind", "biz_step", "things_named", "company", "created_at")
    list_filter = ("type", "action")
    list_select_related = ("company",)
    search_fields = ("hash", "event_id", "things__gtin", "things__lot")
    date_hierarchy = "time"
    list_per_page = 50
    fields = (
        "time",
        "offset",
        "kind",
        "biz_step",
        "disposition",
        "company",
        "capture",
        "level",
        "signed_by",
        "hash_address",
        "declared_wrong",
        "document",
    )
    readonly_fields = fields
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No event yet. They come by API, or in a document under “Captures of events”."
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Load what the list names in one query more."""
        return super().get_queryset(request).prefetch_related("things", "corrections")

    @admin.display(description=gettext_lazy("type"), ordering="type")
    def kind(self, event: Event) -> str:
        """Return type and action in words."""
        return f"{event.get_type_display()} {event.action}".strip()

    @admin.display(description=gettext_lazy("things"))
    def things_named(self, event: Event) -> str:
        """Return the first things of an event."""
        named = [one.key.removeprefix(f"{ROOT}/") for one in event.things.all()]
        return ", ".join(named[:3]) + (" …" if len(named) > 3 else "")

    @admin.display(description=gettext_lazy("hash"))
    def hash_address(self, event: Event) -> str:
        """Return the hash as CBV writes it."""
        return event.uri

    @admin.display(description=gettext_lazy("declared wrong"))
    def declared_wrong(self, event: Event) -> str:
        """Return when it was declared wrong."""
        return ", ".join(str(one.declared_at) for one in event.corrections.all())

    @admin.display(description=gettext_lazy("event"))
    def document(self, event: Event) -> str:
        """Return the event as it was normalised, laid out."""
        text = json.dumps(event.body, ensure_ascii=False, indent=2)
        return format_html("<pre>{}</pre>", text)


class PlaceForm(RefusableForm):
    """A place: what a shopper may read of it."""

    class Meta:
        model = Place
        fields = (
            "company",
            "identifier",
            "name",
            "town",
            "country",
            "latitude",
            "longitude",
        )

    def clean_identifier(self) -> str:
        """Keep the one form by which events find it."""
        text = re.sub(r"\s", "", self.cleaned_data["identifier"])
        if re.fullmatch("[0-9]{13}", text):
            if not arithmetic.is_gtin(text):
                raise ValidationError(_("The check digit of this GLN is wrong."))
            return f"{ROOT}/414/{text}"
        if ":" not in text:
            raise ValidationError(_("A GLN has 13 digits; an address has its https://"))
        return canonical(text)

    def clean_country(self) -> str:
        """Take small letters as well."""
        return str(self.cleaned_data["country"]).upper()


@admin.register(Place)
class PlaceAdmin(AsksWhenSaving[Place], RowLevelAdmin[Place]):
    """Where events happened: what shoppers read instead of a number."""

    form = PlaceForm
    member_actions = ("view", "add", "change")
    list_display = ("identifier", "name", "town", "country", "company", "updated_at")
    list_filter = ("country",)
    list_select_related = ("company",)
    search_fields = ("identifier", "name", "town")
    fields = PlaceForm.Meta.fields
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No place yet. Describe the sites that your events name by GLN: until then "
        "shoppers read that the place is not described."
    )

    def get_readonly_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Place | None = None,
    ) -> Any:
        """Fix whose it is and which; the rest may change."""
        return ("company", "identifier") if obj else ()

    def save_model(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Place,
        form: Any,  # noqa: ARG002 - Django's signature
        change: bool,  # noqa: ARG002, FBT001 - Django's signature
    ) -> None:
        """Keep what a person typed."""
        describe_place(place=obj)
