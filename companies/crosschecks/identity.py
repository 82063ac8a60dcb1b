"""
Numbers by which a company is known: their form, and whether they belong together.

Form by python-stdnum, offline: right check digits prove no existence.
"""

from importlib import import_module
from typing import Any

from stdnum import lei as stdnum_lei
from stdnum import vatin
from stdnum.eu import vat as stdnum_vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as stdnum_siren

from companies import catalogue
from companies.crosschecks import reading, sources
from companies.crosschecks.given import Dossier, Finding, Given, Rule
from companies.crosschecks.outcomes import (
    agree,
    disagree,
    inconclusive,
    missing,
    not_applicable,
    verdict,
)

# Numbers of company registers that python-stdnum knows, where a seat is abroad.
NATIONAL = {
    "AT": "stdnum.at.businessid",
    "BE": "stdnum.be.vat",
    "CH": "stdnum.ch.uid",
    "DK": "stdnum.dk.cvr",
    "ES": "stdnum.es.cif",
    "FI": "stdnum.fi.ytunnus",
    "IT": "stdnum.it.iva",
    "NO": "stdnum.no.orgnr",
    "PT": "stdnum.pt.nif",
    "SE": "stdnum.se.orgnr",
}
# Prefixes of VAT numbers that are no country code of ISO 3166-1.
VAT_COUNTRIES = {"EL": "GR", "XI": "GB"}


def _has_form(module: Any, number: str) -> bool:
    try:
        module.validate(number)
    except ValidationError:
        return False
    except Exception:  # a number so odd that the library stumbles over it
        return False
    return True


def _seat_country(one: Given, dossier: Dossier) -> str:
    seat = sources.beside(one, dossier, "registered_address")
    return reading.country(seat.details.get("country")) if seat else ""


def id_checksum(one: Given, dossier: Dossier) -> Finding:
    """Check the digits of a SIREN, or of the number of the country that it names."""
    number = reading.code(one.value)
    named, _space, rest = reading.text(one.value).partition(" ")
    # Written “BE 0403170701”; a number alone is a SIREN, wherever the seat is.
    is_named = named in catalogue.COMPANY_NUMBERS and rest != ""
    is_siren = not is_named and _has_form(stdnum_siren, number)
    country = "FR" if is_siren else _seat_country(one, dossier) or "FR"
    if is_named:
        country = name = named
        holds = _has_form(import_module(catalogue.COMPANY_NUMBERS[named]), rest)
    elif country == "FR":
        holds, name = _has_form(stdnum_siren, number), "SIREN"
    elif country in NATIONAL:
        holds, name = _has_form(import_module(NATIONAL[country]), number), country
    else:
        return inconclusive(
            f"Forme non contrôlée : numéro d’un pays sans règle connue ({country}).",
            f"Form not checked: no rule known for numbers of {country}.",
            country=country,
        )
    return verdict(
        f"Contrôle de forme ({name}) : clé {'juste' if holds else 'fausse'}.",
        f"Check of form ({name}): check digits {'right' if holds else 'wrong'}.",
        holds=holds,
        number=number,
        country=country,
    )


def _vat_of(value: Any) -> tuple[str, str]:
    """Return the country and the rest of a VAT number."""
    number = reading.code(value)
    return VAT_COUNTRIES.get(number[:2], number[:2]), number[2:]


def _belong_together(siren: Given, vat: Given, *, independent: bool) -> Finding:
    """Say whether a French VAT number is the one that its SIREN gives."""
    country, rest = _vat_of(vat.value)
    number = reading.code(siren.value)
    inputs: dict[str, Any] = {"siren": number, "vat_id": country + rest}
    if country != "FR":
        return not_applicable(
            "Numéro de TVA d’un autre pays : il ne contient pas de SIREN.",
            "VAT number of another country: it contains no SIREN.",
            **inputs,
        )
    if not (len(number) == 9 and number.isascii() and number.isdecimal()):
        return inconclusive(
            "Le numéro national n’est pas un SIREN.",
            "The national number is no SIREN.",
            **inputs,
        )
    key = f"{(12 + 3 * (int(number) % 97)) % 97:02}"
    is_same = rest[2:] == number
    # Keys with letters exist and are not computed from the SIREN.
    has_key = rest[:2] == key or not rest[:2].isdecimal()
    if is_same and has_key:
        return agree(
            f"SIREN {number} : la TVA FR{key} {number} en découle.",
            f"SIREN {number}: the VAT number FR{key} {number} follows from it.",
            independent=independent,
            **inputs,
        )
    return disagree(
        f"SIREN {number} : la TVA attendue est FR{key}{number},"
        f" non {reading.short(country + rest, 20)}.",
        f"SIREN {number}: the VAT number expected is FR{key}{number},"
        f" not {reading.short(country + rest, 20)}.",
        independent=independent,
        **inputs,
    )


def id_vat(one: Given, dossier: Dossier) -> Finding:
    """Compare a SIREN with the VAT number: key and digits follow from it."""
    other = sources.beside(one, dossier, "vat_id")
    if other is None:
        return missing("le numéro de TVA", "the VAT number is")
    return _belong_together(one, other, independent=sources.vouches(other, one))


def vat_siren(one: Given, dossier: Dossier) -> Finding:
    """Compare a VAT number with the SIREN: key and digits follow from it."""
    other = sources.beside(one, dossier, "national_id")
    if other is None:
        return missing("le SIREN", "the SIREN is")
    return _belong_together(other, one, independent=sources.vouches(other, one))


def vat_checksum(one: Given, _: Dossier) -> Finding:
    """Check the form of a VAT number by the rule of its country."""
    number = reading.code(one.value)
    module = stdnum_vat if number[:2].lower() in _EU_PREFIXES else vatin
    holds = _has_form(module, number)
    return verdict(
        f"Contrôle de forme (TVA) : clé {'juste' if holds else 'fausse'}.",
        f"Check of form (VAT): check digits {'right' if holds else 'wrong'}.",
        holds=holds,
        number=number,
    )


_EU_PREFIXES = {*stdnum_vat.MEMBER_STATES, "el", "xi"}


def vat_country(one: Given, dossier: Dossier) -> Finding:
    """Look for the country of a VAT number among those that the company states."""
    country, _rest = _vat_of(one.value)
    declared = sorted(_countries(dossier))
    if not declared:
        return missing("tout pays déclaré", "any stated country is")
    holds = country in declared
    listed = ", ".join(declared[:10])
    return verdict(
        f"TVA {country}, pays déclarés : {listed}.",
        f"VAT {country}, stated countries: {listed}.",
        holds=holds,
        country=country,
        declared=declared,
    )


def _countries(dossier: Dossier) -> set[str]:
    found = {
        reading.country(one.value) for one in sources.known(dossier, "tax_residence")
    }
    for one in sources.known(dossier, "registered_address"):
        found.add(reading.country(one.details.get("country")))
    for one in sources.known(dossier, "sites"):
        found |= {
            reading.country(site.get("country")) for site in reading.entries(one.value)
        }
    for one in sources.known(dossier, "employees"):
        found |= {
            reading.country(name)
            for name in reading.mapping(one.details.get("by_country"))
        }
    return found - {""}


def lei_checksum(one: Given, _: Dossier) -> Finding:
    """Check the form of an LEI: ISO 17442, remainder 1 modulo 97."""
    number = reading.code(one.value)
    holds = len(number) == 20 and _has_form(stdnum_lei, number)
    return verdict(
        f"Contrôle de forme (LEI) : clé {'juste' if holds else 'fausse'}.",
        f"Check of form (LEI): check digits {'right' if holds else 'wrong'}.",
        holds=holds,
        number=number,
    )


def unique(one: Given, dossier: Dossier) -> Finding:
    """
    Look whether another company states the same number.

    Anybody can state a number: where a register gives it to the name that this company
    states, the other one does not make it disputed.
    """
    number = reading.code(one.value)
    if f"{one.fact}:{one.value}" not in dossier.shared_identifiers:
        return agree(
            "Aucune autre entreprise ne déclare ce numéro ici.",
            "No other company states this number here.",
            number=number,
        )
    if _is_given_by_a_register(number, dossier):
        return inconclusive(
            "Une autre entreprise déclare aussi ce numéro ; le registre le donne au"
            " nom déclaré ici.",
            "Another company states this number as well; the register gives it to the"
            " name stated here.",
            number=number,
        )
    return disagree(
        "Une autre entreprise déclare aussi ce numéro.",
        "Another company states this number as well.",
        number=number,
    )


def _is_given_by_a_register(number: str, dossier: Dossier) -> bool:
    stated = sources.names(dossier)
    for content in map(reading.mapping, dossier.registers.values()):
        vat_ids = content.get("vat_ids")
        numbers = [content.get("siren"), content.get("lei")]
        if isinstance(vat_ids, list | tuple):
            numbers.extend(vat_ids)
        name = reading.name_key(content.get("legal_name"))
        if name in stated and number in map(reading.code, numbers):
            return True
    return False


RULES = (
    Rule("id.checksum", 1, ("national_id",), id_checksum),
    Rule("id.vat", 1, ("national_id",), id_vat, asks_others=True),
    Rule("id.unique", 1, ("national_id",), unique),
    Rule("vat.checksum", 1, ("vat_id",), vat_checksum),
    Rule("vat.siren", 1, ("vat_id",), vat_siren, asks_others=True),
    Rule("vat.country", 1, ("vat_id",), vat_country),
    Rule("vat.unique", 1, ("vat_id",), unique),
    Rule("lei.checksum", 1, ("lei",), lei_checksum),
    Rule("lei.unique", 1, ("lei",), unique),
)
