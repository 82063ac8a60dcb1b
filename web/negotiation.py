"""
What a reader asks for: which language, page or JSON.

The language cookie is left alone: an answer that depends on it could not be cached.
"""

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from common.accepting import preferred
from products.lookup import DEFAULT_LANGUAGE
from products.models import LANGUAGES

HTML = "text/html"
JSON = "application/json"


def asked_language(request: HttpRequest) -> str:
    """Return the language that the address or the form names, or nothing."""
    given = request.POST if request.method == "POST" else request.GET
    # `language` is what a resolver is asked with, `lang` what our own pages say.
    asked = given.get("lang") or given.get("language", "").partition("-")[0]
    return asked if asked in LANGUAGES else ""


def language(request: HttpRequest) -> str:
    """Return the language asked for, else the browser's first of ours, else French."""
    if asked := asked_language(request):
        return asked
    header = request.headers.get("Accept-Language", "")
    for tag, quality in parse_accept_lang_header(header):
        short = tag.partition("-")[0]
        if short in LANGUAGES and quality > 0:
            return short
    return DEFAULT_LANGUAGE


def prefers(request: HttpRequest, *offers: str) -> str:
    """Return the media type, of those offered, that the request wants most."""
    return preferred(request.headers.get("Accept", ""), offers)
