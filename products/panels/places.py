"""What the section `places` says, in the active language."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from products import places, stored, wording
from products.drafts import Draft, Flag, Panel
from products.panels import saying
from products.places.rules import CLAIM, PLACES

MADE_IN = "places.made_in"
SHARE = "places.french_cost_share_pct"
AS_STATED = gettext_noop("The place is shown as stated.")
SCHEMES = {
    "gln": "GLN", "siret": "SIRET", "eu_approval": "CE", "emb": "EMB", "os_id": "OS ID",
}  # fmt: skip
WORDS = {
    "places.role_unknown": (
        gettext_noop("“%(role)s” is no role of a place that we know (%(place)s)."),
        AS_STATED,
    ),
    "places.share_out_of_bounds": (
        gettext_noop("The share of %(place)s is stated as %(share)s."),
        gettext_noop("A share is between 0 and 100 %%; it is to be corrected."),
    ),
    "places.shares_above_whole": (
        gettext_noop("The shares of the role “%(role)s” add up to %(sum)s."),
        gettext_noop("They are above the whole, so none of them can be relied on."),
    ),
    "places.country_missing": (
        gettext_noop("No country is given for a place: %(role)s %(place)s."),
        gettext_noop("It counts for no country."),
    ),
    "places.country_unknown": (
        gettext_noop("“%(country)s” is no country of ISO 3166-1 (%(place)s)."),
        gettext_noop("The place counts for no country."),
    ),
    "places.facility_wrong": (
        gettext_noop("The %(scheme)s number %(number)s has a wrong check digit."),
        gettext_noop("Nobody can look this place up."),
    ),
    "places.facility_unknown": (
        gettext_noop(
            "%(number)s is neither a GLN, nor a SIRET, an EU approval number or an "
            "OS ID."
        ),
        gettext_noop("Nobody can look this place up."),
    ),
    "places.facility_elsewhere": (
        gettext_noop("%(scheme)s %(number)s does not belong to %(country)s."),
        gettext_noop("The country or the number is to be corrected."),
    ),
    "places.point_incomplete": (
        gettext_noop("A place has a latitude or a longitude, not both (%(place)s)."),
        gettext_noop("It is not drawn on a map."),
    ),
    "places.point_elsewhere": (
        gettext_noop("The point %(lat)s, %(lng)s is outside %(country)s (%(place)s)."),
        gettext_noop("The country or the point is to be corrected."),
    ),
    "places.claim_unknown": (
        gettext_noop("“%(claim)s” is no claim of origin that we know."),
        gettext_noop("It is shown as declared, and not checked."),
    ),
    "places.made_in_unplaced": (
        gettext_noop(
            "An origin is claimed, and no place, or several countries, have the last "
            "processing."
        ),
        gettext_noop("The claim is shown as declared; its country is not known."),
    ),
    "places.ofg_made_elsewhere": (
        gettext_noop(
            "Origine France Garantie is claimed; the last processing is declared in "
            "%(country)s."
        ),
        gettext_noop("The two statements do not agree; an answer is awaited."),
    ),
    "places.ofg_cost_unknown": (
        gettext_noop(
            "Origine France Garantie is claimed, and no breakdown of the cost that "
            "adds up is disclosed."
        ),
        gettext_noop("Half of the cost in France could not be checked."),
    ),
    "places.ofg_cost_below_half": (
        gettext_noop(
            "Origine France Garantie is claimed; the places declared put %(share)s of "
            "the cost in France, and %(least)s is asked."
        ),
        gettext_noop(
            "A cost without a place counts as not French: placing it may settle this."
        ),
    ),
    "places.ofg_without_certificate": (
        gettext_noop("Origine France Garantie is claimed without its certificate."),
        gettext_noop("The claim is shown as declared."),
    ),
}


def _scheme(code: str) -> str:
    return SCHEMES.get(code, code)


FORMATS: saying.Formats = {
    **dict.fromkeys(("share", "sum", "least"), saying.percent),
    **dict.fromkeys(("lat", "lng"), saying.number),
    "role": saying.CODE,
    "country": saying.country,
    "scheme": _scheme,
}


def panels(draft: Draft) -> list[Panel]:
    """Return what this section says, the most telling first."""
    return [_made_in(draft), *_french_share(draft)]


def words(flag: Flag) -> tuple[str, str]:
    """Return the sentence of a flag, and what follows from it."""
    return saying.words(flag, WORDS, FORMATS)


def _made_in(draft: Draft) -> Panel:
    several = [places.place(one) for one in stored.entries(draft.known(PLACES))]
    country = draft.known(MADE_IN)
    if not several:
        text, evaluation = _("Nobody has said where this product is made."), "unknown"
    elif country:
        text = _("Last processing declared in: %(country)s.") % {
            "country": saying.country(stored.text(country))
        }
        evaluation = "neutral"
    else:
        text = _("Places are declared; none of them alone has the last processing.")
        evaluation = "unknown"
    return Panel(
        "made_in",
        _("Where it is made"),
        text,
        evaluation,
        tuple(_lines(several)),
        (PLACES, MADE_IN, CLAIM),
    )


def _lines(several: list[places.Place]) -> Iterator[str]:
    """Name each place with its role, origins beside factories, in the stated order."""
    for one in several[: wording.MAX_LINES]:
        where = ", ".join(
            part for part in (one.name, saying.country(one.country)) if part
        )
        share = "" if one.share_pct is None else saying.percent(f"{one.share_pct:f}")
        role = wording.code(one.role) if one.role else ""
        yield " — ".join(part for part in (role, where, share) if part)


def _french_share(draft: Draft) -> Iterator[Panel]:
    share = draft.known(SHARE)
    if share is None:
        return
    yield Panel(
        "french_cost",
        _("Cost placed in France"),
        _("At least %(share)s of the cost is declared in France.")
        % {"share": saying.percent(stored.text(share))},
        "neutral",
        (_("Margins and VAT are left out; what has no place counts as elsewhere."),),
        (SHARE, CLAIM),
    )
