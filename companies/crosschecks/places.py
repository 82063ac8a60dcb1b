"""Sites: numbers that belong to the company, and points that lie in their country."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from stdnum import ean as stdnum_ean
from stdnum.fr import siret as stdnum_siret

from companies.crosschecks import reading
from companies.crosschecks.given import Dossier, Finding, Given, Rule
from companies.crosschecks.outcomes import (
    agree,
    disagree,
    inconclusive,
    missing,
    not_applicable,
    verdict,
)
from companies.crosschecks.sources import Answer, against_french_register, known

Site = Mapping[str, Any]
# West, south, east, north, in whole or half degrees rounded outwards: whatever lies
# outside is not in the country; what lies inside may still be a neighbour's.
BOXES: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "AT": ((9.5, 46, 17.5, 49.5),),
    "BD": ((88, 20.5, 93, 27),),
    "BE": ((2.5, 49, 6.5, 52),),
    "BG": ((22, 41, 29, 44.5),),
    "CA": ((-141.5, 41.5, -52, 84),),
    "CH": ((5.5, 45.5, 11, 48),),
    "CN": ((73, 17.5, 135.5, 54),),
    "CZ": ((12, 48.5, 19, 51.5),),
    "DE": ((5.5, 47, 15.5, 55.5),),
    "DK": ((7.5, 54.5, 15.5, 58),),
    "EE": ((21.5, 57, 28.5, 60),),
    "ES": ((-9.5, 35, 4.5, 44), (-18.5, 27.5, -13, 29.5)),
    "FI": ((19, 59.5, 32, 70.5),),
    # Metropolitan France with Corsica; Guadeloupe to Martinique; Guiana; Réunion;
    # Mayotte; Saint-Pierre.
    "FR": (
        (-5.5, 41, 10, 51.5),
        (-63.5, 14, -60.5, 18.5),
        (-55, 2, -51, 6),
        (55, -21.5, 56, -20.5),
        (44.5, -13.5, 45.5, -12.5),
        (-56.5, 46.5, -56, 47.5),
    ),
    "GB": ((-9, 49.5, 2, 61),),
    "GR": ((19, 34.5, 30, 42),),
    "HR": ((13, 42, 19.5, 47),),
    "HU": ((16, 45.5, 23, 49),),
    "IE": ((-11, 51, -5, 55.5),),
    "IN": ((68, 6.5, 97.5, 36),),
    "IT": ((6.5, 35, 19, 47.5),),
    "JP": ((122.5, 24, 146, 46),),
    "LT": ((20.5, 53.5, 27, 56.5),),
    "LU": ((5.5, 49, 7, 50.5),),
    "LV": ((20.5, 55.5, 28.5, 58.5),),
    "MA": ((-17.5, 20.5, -0.5, 36.5),),
    "NL": ((3, 50.5, 7.5, 54),),
    "NO": ((4, 57.5, 31.5, 71.5),),
    "PL": ((14, 48.5, 24.5, 55),),
    "PT": ((-10, 36.5, -6, 42.5), (-31.5, 36.5, -24.5, 40), (-17.5, 32, -16, 33.5)),
    "RO": ((20, 43.5, 30, 48.5),),
    "SE": ((10.5, 55, 24.5, 69.5),),
    "SI": ((13, 45, 17, 47),),
    "SK": ((16.5, 47.5, 23, 50),),
    "TN": ((7, 30, 12, 38),),
    "TR": ((25.5, 35.5, 45, 42.5),),
    "US": ((-125, 24, -66.5, 49.5), (-180, 51, -129, 72), (-161, 18.5, -154, 22.5)),
    "VN": ((102, 8, 110, 24),),
}


def _siret(site: Site) -> str:
    return reading.code(site.get("siret"))


def _label(site: Site) -> str:
    name = site.get("name") or site.get("place") or site.get("siret")
    return reading.short(name, 40) or "?"


def _all_of(
    concerned: list[Site], is_right: Callable[[Site], bool], what: tuple[str, str]
) -> Finding:
    """Say of all sites that something holds, or name the first of those it fails."""
    wrong = [site for site in concerned if not is_right(site)]
    inputs: dict[str, Any] = {
        "sites": len(concerned),
        "wrong": [_label(site) for site in wrong[:10]],
    }
    if not wrong:
        return agree(
            f"{what[0]} : {len(concerned)} sur {len(concerned)} en règle.",
            f"{what[1]}: {len(concerned)} of {len(concerned)} right.",
            **inputs,
        )
    named = ", ".join(_label(site) for site in wrong[:3])
    return disagree(
        f"{what[0]} : {len(wrong)} sur {len(concerned)} en défaut ({named}).",
        f"{what[1]}: {len(wrong)} of {len(concerned)} wrong ({named}).",
        **inputs,
    )


def sites_siret(one: Given, dossier: Dossier) -> Finding:
    """Check the SIRET of French sites, whose first nine digits are the SIREN."""
    concerned = [site for site in reading.entries(one.value) if _siret(site)]
    sirens = {reading.code(other.value) for other in known(dossier, "national_id")}
    if not concerned:
        return missing("le SIRET des sites", "the sites' SIRET is")
    if not sirens:
        return missing("le SIREN", "the SIREN is", sites=len(concerned))
    return _all_of(
        concerned,
        lambda site: stdnum_siret.is_valid(_siret(site)) and _siret(site)[:9] in sirens,
        ("SIRET valides et de ce SIREN", "SIRETs valid and of this SIREN"),
    )


def sites_gln(one: Given, _: Dossier) -> Finding:
    """Check the GLN of sites: thirteen digits, the last one computed."""
    concerned = [one for one in reading.entries(one.value) if one.get("gln")]
    if not concerned:
        return not_applicable("Aucun GLN n’est donné.", "No GLN is given.")

    def is_right(site: Site) -> bool:
        number = reading.code(site.get("gln"))
        return len(number) == 13 and bool(stdnum_ean.is_valid(number))

    return _all_of(concerned, is_right, ("Clé des GLN", "Check digit of GLNs"))


def sites_point(one: Given, _: Dossier) -> Finding:
    """Look whether each point lies within the edges of its country."""
    concerned = [
        site
        for site in reading.entries(one.value)
        if _point(site) and reading.country(site.get("country")) in BOXES
    ]
    if not concerned:
        return missing(
            "un point dans un pays connu", "a point in a country that we know is"
        )
    return _all_of(
        concerned, _lies_inside, ("Points dans leur pays", "Points in their country")
    )


def _point(site: Site) -> tuple[Decimal, Decimal] | None:
    lat, lng = reading.number(site.get("lat")), reading.number(site.get("lng"))
    return None if lat is None or lng is None else (lat, lng)


def _lies_inside(site: Site) -> bool:
    point = _point(site)
    assert point is not None
    lat, lng = point
    return any(
        west <= lng <= east and south <= lat <= north
        for west, south, east, north in BOXES[reading.country(site.get("country"))]
    )


def _sites_sirene(one: Given, found: Answer, _: Dossier) -> Finding:
    """Look whether the register has the sites open; its list may be partial."""
    numbers = sorted(
        {_siret(site) for site in reading.entries(one.value) if _siret(site)}
    )
    theirs = {
        reading.code(site.get("siret")): site.get("is_open")
        for site in reading.entries(found.content.get("sites"))
    }
    seat = reading.mapping(found.content.get("seat"))
    if reading.code(seat.get("siret")):
        theirs.setdefault(reading.code(seat.get("siret")), True)
    if not numbers or not theirs:
        return missing(
            f"un SIRET, ici ou chez {found.fr}", f"a SIRET, here or at {found.en}, is"
        )
    closed = [number for number in numbers if theirs.get(number) is False]
    absent = [number for number in numbers if number not in theirs]
    inputs: dict[str, Any] = {
        "sites": numbers[:50],
        "closed": closed[:50],
        "absent": absent[:50],
    }
    if absent and not closed:
        return inconclusive(
            f"{found.fr} : établissements absents de sa réponse : {len(absent)} sur"
            f" {len(numbers)}.",
            f"{found.en}: sites that are not in its answer: {len(absent)} of"
            f" {len(numbers)}.",
            **inputs,
        )
    return verdict(
        f"{found.fr} : établissements ouverts : {len(numbers) - len(closed)} sur"
        f" {len(numbers)}.",
        f"{found.en}: sites that are open: {len(numbers) - len(closed)} of"
        f" {len(numbers)}.",
        holds=not closed,
        independent=True,
        **inputs,
    )


RULES = (
    Rule("sites.siret", 1, ("sites",), sites_siret),
    Rule("sites.gln", 1, ("sites",), sites_gln),
    Rule("sites.point", 1, ("sites",), sites_point),
    Rule(
        "sites.sirene", 1, ("sites",), against_french_register(_sites_sirene),
        asks_others=True,
    ),
)  # fmt: skip
