"""The sheet: current or past, whole or in another form."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from common import canonical
from common.accepting import preferred
from common.caching import conditional, etag_of, stored
from common.encodings import IDENTITY, chosen
from companies.views import past_moment
from products import formats, history, links, lookup, parts, replacements
from products import gtin as arithmetic
from products.errors import (
    InvalidGtin,
    ProfileUnknown,
    RevisionUnknown,
    product_unknown,
    revision_erased,
    wrong_check_digit,
)
from products.formats import Form
from products.history import Revision
from products.models import LANGUAGES
from products.serializers.sheets import SheetDocument

# Live stock is part of the answer: a cache may hold it for as long as nobody minds.
CACHE_SECONDS = 5
# What was published once is never edited: a cache may keep it for ever.
FOREVER_SECONDS = 31_536_000
NUMBER_DIGITS = 9
# The salt of a past revision, beside its bytes: a leaf of the log is of both.
SALT_HEADER = "Flashsesame-Salt"
PROOF_RELATION = "https://c2sp.org/tlog-proof"
GTIN = OpenApiParameter("gtin", OpenApiTypes.STR, OpenApiParameter.PATH)
LANG = OpenApiParameter(
    "lang",
    OpenApiTypes.STR,
    enum=list(LANGUAGES),
    description="Goes before Accept-Language, for an address that is handed on.",
)


def normalized(gtin: str) -> str:
    """Return a GTIN of any length in 14 digits, or refuse it with the right digit."""
    if arithmetic.is_gtin(gtin):
        return gtin.zfill(14)
    if len(gtin) in arithmetic.LENGTHS and arithmetic.DIGITS.fullmatch(gtin):
        expected = str(arithmetic.check_digit(gtin[:-1]))
        raise wrong_check_digit(gtin, expected)
    raise InvalidGtin(_("A GTIN has 8, 12, 13 or 14 digits."), gtin=gtin[:200])


class ProductDetail(APIView):
    """The sheet of one product."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(
        operation_id="readSheet",
        parameters=[
            GTIN,
            OpenApiParameter(
                "profile",
                OpenApiTypes.STR,
                enum=list(formats.PROFILES),
                description="Another form of the sheet, where `Accept` cannot be set.",
            ),
            OpenApiParameter(
                "revision", OpenApiTypes.INT, description="A past revision."
            ),
            OpenApiParameter(
                "at",
                OpenApiTypes.STR,
                description="A past day or instant: the sheet as readers saw it then.",
            ),
            LANG,
            OpenApiParameter(
                "lot",
                OpenApiTypes.STR,
                description="A lot: what is told of it is added as `part`.",
            ),
            OpenApiParameter(
                "serial",
                OpenApiTypes.STR,
                description="One item, by its serial number: added as `part`.",
            ),
            OpenApiParameter(
                "If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER
            ),
        ],
        responses={
            (200, formats.JSON): SheetDocument,
            **dict.fromkeys(
                ((200, one) for one in formats.MEDIA_TYPES), OpenApiTypes.OBJECT
            ),
            304: OpenApiResponse(description="You have it already."),
        },
        auth=[],
    )
    def get(self, request: Request, gtin: str) -> HttpResponse:
        """Answer the current revision's bytes and the live stock."""
        number = normalized(gtin)
        language = lookup.served_language(get_language())
        form = asked_form(request)
        if past := _past(request, number, asked_language(request)):
            return _answered_past(request, number, form, past)
        if form is None and (part := _part(request, number, language)):
            return part
        coding = chosen(request.headers.get("Accept-Encoding", ""))
        sheet = lookup.current_sheet(number, language, IDENTITY if form else coding)
        if sheet is None:
            raise product_unknown(number, **replacements.hint(number))
        if form is None:
            return stored(
                request,
                sheet.body,
                etag=sheet.etag,
                headers=sheet.headers,
                content_headers=sheet.content_headers,
            )
        return answered(request, form, sheet.body, sheet.etag, max_age=CACHE_SECONDS)


def asked_language(request: Request) -> str:
    """Return the language that the address names, or that the reader prefers."""
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else lookup.served_language(get_language())


def asked_form(request: Request) -> Form | None:
    """Return the form that is asked for; none is the sheet itself."""
    profile = request.query_params.get("profile")
    if profile is None:
        header = request.headers.get("Accept", "")
        for form in formats.FORMS.values():
            if form.address and f'profile="{form.address}"' in header:
                return form
        offers = (formats.JSON, *formats.MEDIA_TYPES)
        return formats.MEDIA_TYPES.get(preferred(header, offers))
    if profile not in formats.PROFILES:
        raise ProfileUnknown(
            _("A sheet has these forms: %s.") % ", ".join(formats.PROFILES),
            profile=profile[:80],
            profiles=list(formats.PROFILES),
        )
    return formats.FORMS.get(profile)


def answered(
    request: Request, form: Form | None, body: bytes, etag: str, *, max_age: int
) -> HttpResponse:
    """Answer a sheet, or the form of it that was asked for; `etag` is quoted."""
    media_type = formats.JSON
    if form is not None:
        body = formats.rendered(form, body, settings.BASE_URL)
        etag, media_type = f'{etag[:-1]}.{form.profile}"', form.media_type
    response = conditional(
        request, body, etag=etag, max_age=max_age, content_type=media_type
    )
    patch_vary_headers(response, ["Accept"])
    return response


def _answered_past(
    request: Request, gtin: str, form: Form | None, past: Revision
) -> HttpResponse:
    """Answer a past revision, its salt, and where its place in the log is proven."""
    etag, language = f'"{past.etag}"', asked_language(request)
    response = answered(request, form, past.body, etag, max_age=FOREVER_SECONDS)
    proof = links.proof(gtin, past.number, language)
    response["Link"] = f'<{proof}>; rel="{PROOF_RELATION}"; type="text/plain"'
    response[SALT_HEADER] = past.salt.hex()
    response["Content-Language"] = language
    return response


def with_part(sheet: bytes, part: dict[str, Any]) -> bytes:
    """Return a sheet with what is told of one lot or one item; it is not parsed."""
    return b'%b,"part":%b}' % (sheet[:-1], canonical.dumps(part))


def _part(request: Request, gtin: str, language: str) -> HttpResponse | None:
    """Answer the sheet and what is told of a lot or an item, if one is asked for."""
    lot, serial = (request.query_params.get(name, "") for name in ("lot", "serial"))
    if not lot and not serial:
        return None
    part = parts.document(gtin, lot=lot, serial=serial, language=language)
    sheet = lookup.current_sheet(gtin, language)
    if sheet is None:
        raise product_unknown(gtin, **replacements.hint(gtin))
    body = with_part(sheet.body, part)
    return answered(request, None, body, etag_of(body), max_age=CACHE_SECONDS)


def revision_number(text: str) -> int:
    """Return the number that a reader wrote, or refuse it."""
    if not (text.isascii() and text.isdecimal() and 0 < len(text) <= NUMBER_DIGITS):
        raise RevisionUnknown(
            _("A revision is a number from 1: 1, 2, 3 …"), revision=text[:40]
        )
    return int(text)


def read_revision(gtin: str, language: str, number: int) -> Revision:
    """Return a published revision, or say that there is none."""
    found = history.numbered(gtin, language, number)
    if found is None:
        if not lookup.exists(gtin):
            raise product_unknown(gtin)
        detail = _("This sheet has no revision %(n)s.") % {"n": number}
        raise RevisionUnknown(detail, revision=number, gtin=gtin)
    return _kept(found)


def _kept(found: Revision) -> Revision:
    if not found.salt:
        raise revision_erased(found.number)
    return found


def _past(request: Request, gtin: str, language: str) -> Revision | None:
    """Return the past revision that is asked for; none when it is the current one."""
    asked = request.query_params
    if "revision" in asked:
        return read_revision(gtin, language, revision_number(asked["revision"]))
    if "at" not in asked:
        return None
    moment = past_moment(asked["at"])
    found = history.current_at(gtin, language, moment)
    if found is None:
        if not lookup.exists(gtin):
            raise product_unknown(gtin)
        raise RevisionUnknown(_("This sheet was not published yet then."), gtin=gtin)
    return _kept(found)
