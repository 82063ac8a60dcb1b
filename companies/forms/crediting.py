"""The forms by which credentials, status lists and DID documents are brought."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextareaWidget

from companies.credentials.sentences import sentence_of
from companies.forms.statements import RefusableForm
from companies.models import DidDocument
from ledger.credentials import did_web, jws, status_list
from ledger.credentials.refusals import Refused


class CredentialForm(forms.Form):
    """A signed credential, as a file or pasted, and what it takes to verify it."""

    token_file = forms.FileField(
        label=gettext_lazy("Signed credential"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=gettext_lazy(
            "The file that the verifier gave you (application/vc+jwt). It is published "
            "as it is, as proof of what it verifies."
        ),
    )
    token = forms.CharField(
        label=gettext_lazy("or its text"),
        required=False,
        max_length=jws.MAX_TOKEN_LENGTH,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy("One line that begins with “eyJ”."),
    )
    status_list_file = forms.FileField(
        label=gettext_lazy("Status list"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=gettext_lazy(
            "For a credential that can be revoked: the list that it names under "
            "“statusListCredential”, of this month."
        ),
    )
    did_document_file = forms.FileField(
        label=gettext_lazy("DID document"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=gettext_lazy(
            "Not needed. If you give it, it is compared with the one that we know of "
            "the verifier."
        ),
    )

    def clean_token_file(self) -> str:
        """Return the text of the file."""
        return _text_of(self.cleaned_data["token_file"], jws.MAX_TOKEN_LENGTH)

    def clean_status_list_file(self) -> str:
        """Return the text of the file."""
        upload = self.cleaned_data["status_list_file"]
        return _text_of(upload, status_list.MAX_TOKEN_LENGTH)

    def clean_did_document_file(self) -> bytes:
        """Return the bytes of the file."""
        upload = self.cleaned_data["did_document_file"]
        return _bytes_of(upload, did_web.MAX_DOCUMENT_BYTES)

    def clean(self) -> dict[str, Any]:
        """Take the file, or else the text; ask for one of them."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        given["token"] = given.get("token_file") or given.get("token", "").strip()
        if not given["token"] and not self.errors:
            self.add_error("token_file", _("Give the credential: a file, or its text."))
        return given


class StatusForm(forms.Form):
    """A newer status list for a credential that is here already."""

    status_list_file = forms.FileField(
        label=gettext_lazy("Newer status list"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=gettext_lazy(
            "Whatever its issuer has revoked since is withdrawn at once."
        ),
    )

    def clean_status_list_file(self) -> str:
        """Return the text of the file."""
        upload = self.cleaned_data["status_list_file"]
        return _text_of(upload, status_list.MAX_TOKEN_LENGTH)


class DidDocumentForm(RefusableForm):
    """The document in which a verifier publishes its keys."""

    file = forms.FileField(
        label=gettext_lazy("DID document"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=gettext_lazy(
            "Fetch it yourself from the verifier’s own domain, or receive it from the "
            "verifier in person: from now on its keys are believed."
        ),
    )

    class Meta:
        model = DidDocument
        fields = ("verifier",)

    def clean_file(self) -> bytes:
        """Return the bytes of the file."""
        return _bytes_of(self.cleaned_data["file"], did_web.MAX_DOCUMENT_BYTES)

    def clean(self) -> dict[str, Any]:
        """Refuse what is not this verifier's document."""
        given = super().clean()
        if "verifier" in given and "file" in given:
            try:
                did_web.read_document(given["file"], did=given["verifier"].did)
            except Refused as refused:
                self.add_error("file", sentence_of(refused))
        return given


def _bytes_of(upload: UploadedFile[bytes] | None, most: int) -> bytes:
    if not upload:
        return b""
    if (upload.size or 0) > most:
        raise forms.ValidationError(_("This file is larger than we take."))
    return bytes(upload.read())


def _text_of(upload: UploadedFile[bytes] | None, most: int) -> str:
    """Return a text of plain letters; what is none is no token either."""
    return _bytes_of(upload, most).decode("ascii", errors="replace").strip()
