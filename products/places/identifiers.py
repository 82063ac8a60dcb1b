"""
Numbers by which a place of production is looked up.

A right check digit proves the form, not that the place exists.
"""

import re

from stdnum import ean
from stdnum.fr import siret

SEPARATORS = re.compile(r"[\s.-]")
# The oval mark of the European Union: country, number, and “EC” in each language.
EU_APPROVAL = re.compile(
    r"([A-Z]{2})[ .-]?[0-9A-Z][0-9A-Z ./-]{0,24}[ .-]"
    r"(?:CE|EC|EG|EU|UE|EF|EK|EY|ES|EB|EO|WE|KE|EÜ)"
)
# Packers of French products, by commune.
EMB = re.compile(r"EMB ?[0-9][0-9AB][0-9]{3} ?[A-Z]{0,2}")
# Open Supply Hub: country, year, day of the year, six letters or digits.
OS_ID = re.compile(r"([A-Z]{2})[0-9]{4}[0-3][0-9]{2}[0-9A-Z]{6}")
# A SIRET is given overseas as well, where ISO 3166 has other codes.
FRENCH = frozenset(
    {"FR", "GF", "GP", "MQ", "RE", "YT", "BL", "MF", "PM", "WF", "PF", "NC", "TF"}
)


def scheme(facility: str) -> str:
    """Return `gln`, `siret`, `eu_approval`, `emb`, `os_id`, or an empty text."""
    shown = facility.strip().upper()
    compact = SEPARATORS.sub("", shown)
    if compact.isascii() and compact.isdigit():
        return {13: "gln", 14: "siret"}.get(len(compact), "")
    if OS_ID.fullmatch(compact):
        return "os_id"
    if EMB.fullmatch(shown):
        return "emb"
    return "eu_approval" if EU_APPROVAL.fullmatch(shown) else ""


def is_valid(facility: str) -> bool:
    """Say whether a number of a known scheme has a right check digit, if it has one."""
    compact = SEPARATORS.sub("", facility)
    match scheme(facility):
        case "gln":
            return bool(ean.is_valid(compact))
        case "siret":
            return bool(siret.is_valid(compact))
        case found:
            return bool(found)


def is_of_country(facility: str, country: str) -> bool:
    """Say whether a number may belong to a country; a GLN says nothing of it."""
    shown = facility.strip().upper()
    match scheme(facility):
        case "siret" | "emb":
            return country in FRENCH
        case "os_id" | "eu_approval":
            # The mark of Northern Ireland is XI, that of Greece EL.
            named = {"UK": "GB", "XI": "GB", "EL": "GR"}.get(shown[:2], shown[:2])
            return country == named
        case _:
            return True
