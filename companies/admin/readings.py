"""How details and verifications of a statement read on the pages of the admin."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from companies import catalogue, countries, wording
from companies.models import Evidence, Statement, Verification


def details_text(statement: Statement) -> str:
    """Return the parts of a fact, each under its label, a line each."""
    fact = catalogue.facts().get(statement.fact)
    rows = (
        (
            _("%(label)s: %(parts)s")
            % {
                "label": detail.label(wording.language()),
                "parts": _detail(detail, value),
            },
        )
        for detail in (fact.details if fact else ())
        if (value := statement.details.get(detail.key)) not in (None, "", {})
    )
    return format_html_join("", "<div>{}</div>", rows) or "—"


def _detail(detail: catalogue.Detail, value: Any) -> str:
    match detail.type:
        case "counts" | "parts":
            return " · ".join(
                f"{name} {wording.number(number)}" for name, number in value.items()
            )
        case "number":
            return wording.number(value)
        case "country":
            named = countries.names().get(value)
            return named[wording.language() == "en"] if named else str(value)
    return str(value)


def findings_text(statement: Statement) -> str:
    """Return what verifiers found of a statement, a line each, withdrawn ones too."""
    rows = (
        Verification.objects.current()
        .filter(statement=statement)
        .select_related("verifier", "evidence")
    )
    return (
        format_html_join(
            "", "<div>{}{}</div>", ((_line(one), _report(one)) for one in rows)
        )
        or "—"
    )


def _line(verification: Verification) -> str:
    text = _("%(who)s (%(kind)s): %(result)s, assessed on %(date)s") % {
        "who": verification.verifier.organisation,
        "kind": verification.verifier.get_kind_display(),
        "result": verification.get_result_display(),
        "date": date_format(verification.assessed_on),
    }
    if verification.valid_until:
        until = date_format(verification.valid_until)
        text += _(", valid until %(date)s") % {"date": until}
    return f"{text}. {verification.reason}" if verification.reason else f"{text}."


def _report(verification: Verification) -> str:
    if verification.evidence is None:
        return ""
    return format_html(" {}", links([verification.evidence]))


def links(documents: Iterable[Evidence]) -> str:
    """Return links to documents, each with its size and the day it came."""
    rows = (
        (
            download_address(one),
            one.name,
            size_text(one.size),
            date_format(one.created_at),
        )
        for one in documents
    )
    return format_html_join("", '<div><a href="{}">{}</a> ({}, {})</div>', rows) or "—"


def download_address(evidence: Evidence) -> str:
    """Return where a signed-in person gets the bytes of a document."""
    return reverse("admin:companies_evidence_download", args=[evidence.pk])


def size_text(size: int) -> str:
    """Return a number of bytes in words."""
    if size < 1_000_000:
        return _("%(size)s kB") % {"size": wording.number(str(max(1, size // 1_000)))}
    return _("%(size)s MB") % {"size": wording.number(f"{size / 1_000_000:.1f}")}
