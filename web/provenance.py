"""
Who says so, when, and how far it was verified: one sentence for each value.

“Verified” is never written without by whom and when, and never of a value that only its
own subject stated: nobody verifies itself.
"""

from datetime import date
from typing import Any, NamedTuple

from django.utils import formats
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies import wording
from companies.levels import Level, SourceKind, Status

INDEPENDENT = frozenset(
    {SourceKind.REGISTER, SourceKind.LABORATORY, SourceKind.CERTIFIER}
)
NAMED = {
    SourceKind.PRODUCER: gettext_lazy("the producer %(name)s"),
    SourceKind.REGISTER: gettext_lazy("the register %(name)s"),
    SourceKind.LABORATORY: gettext_lazy("the laboratory %(name)s"),
    SourceKind.CERTIFIER: gettext_lazy("the certifier %(name)s"),
    SourceKind.COMMUNITY: gettext_lazy("the community %(name)s"),
}
# On a company's own page, where it is no producer of anything in particular.
COMPANY_NAMED = gettext_lazy("the company %(name)s")
COMPANY_UNNAMED = gettext_lazy("the company")
UNNAMED = {
    SourceKind.PRODUCER: gettext_lazy("the producer"),
    SourceKind.REGISTER: gettext_lazy("a public register"),
    SourceKind.LABORATORY: gettext_lazy("a laboratory"),
    SourceKind.CERTIFIER: gettext_lazy("a certifier"),
    SourceKind.COMMUNITY: gettext_lazy("a community of contributors"),
}
STATED = {
    Level.DECLARED: gettext_lazy("declared by %(who)s on %(date)s"),
    Level.EVIDENCED: gettext_lazy(
        "declared by %(who)s on %(date)s, with a document as evidence"
    ),
    Level.CROSS_CHECKED: gettext_lazy(
        "stated by %(who)s on %(date)s, cross-checked with an independent source"
    ),
    Level.THIRD_PARTY_VERIFIED: gettext_lazy(
        "stated by %(who)s on %(date)s, verified by a third party"
    ),
}
COMPUTED = {
    Level.DECLARED: gettext_lazy(
        "computed by Flashsésame from declared values, as of %(date)s"
    ),
    Level.EVIDENCED: gettext_lazy(
        "computed by Flashsésame from values with evidence, as of %(date)s"
    ),
    Level.CROSS_CHECKED: gettext_lazy(
        "computed by Flashsésame from cross-checked values, as of %(date)s"
    ),
    Level.THIRD_PARTY_VERIFIED: gettext_lazy(
        "computed by Flashsésame from verified values, as of %(date)s"
    ),
}


class Mark(NamedTuple):
    """A state beside the level, in a word that is also readable without colour."""

    key: str
    text: str


def sentence(
    field: dict[str, Any], *, is_timed: bool = False, is_company: bool = False
) -> str:
    """
    Return where a value comes from, or nothing when nobody stated one.

    Who makes a product is its producer; of itself, `is_company`, it is a company.
    """
    source, level = field.get("source"), field.get("level")
    if field["status"] == Status.UNKNOWN or not source or level not in Level.values:
        return ""
    parts = {
        "who": _who(source, is_company=is_company),
        "date": _moment(field["observed_at"], is_timed=is_timed),
    }
    if source["kind"] == SourceKind.COMPUTED:
        return str(COMPUTED[level]) % parts
    if level == Level.THIRD_PARTY_VERIFIED and source["kind"] in INDEPENDENT:
        return _("verified by %(who)s on %(date)s") % parts
    return str(STATED[level]) % parts


def marks(field: dict[str, Any]) -> list[Mark]:
    """Return the states that a reader must not miss: disputed, expired, old."""
    states = field.get("states", [])
    found = []
    if "disputed" in states:
        found.append(Mark("disputed", _("disputed")))
    if "expired" in states:
        found.append(Mark("expired", _expiry(field.get("valid_until"))))
    if field.get("freshness") == "old":
        found.append(Mark("expired", _("more than a year old")))
    return found


def _who(source: dict[str, Any], *, is_company: bool) -> str:
    if source["kind"] == SourceKind.COMPUTED:
        return str(source["name"])
    if is_company and source["kind"] == SourceKind.PRODUCER:
        said = COMPANY_NAMED if source["name"] else COMPANY_UNNAMED
        return str(said) % {"name": source["name"]}
    if name := source.get("name"):
        return str(NAMED[source["kind"]]) % {"name": name}
    return str(UNNAMED[source["kind"]])


def _moment(instant: str, *, is_timed: bool) -> str:
    moment = parse_datetime(instant)
    if moment is None:
        return instant
    local = localtime(moment)
    day = wording.day(local.date())
    if not is_timed:
        return day
    time = formats.time_format(local, "H:i")
    return _("%(day)s at %(time)s") % {"day": day, "time": time}


def _expiry(valid_until: str | None) -> str:
    if not valid_until:
        return _("expired")
    day = wording.day(date.fromisoformat(valid_until))
    return _("expired since %(date)s") % {"date": day}
