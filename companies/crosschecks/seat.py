"""Where a company sits, pays its taxes and belongs, and what it is for."""

import re
from typing import Any

from stdnum import lei as stdnum_lei

from companies.crosschecks import reading
from companies.crosschecks.given import Dossier, Finding, Given, Rule
from companies.crosschecks.outcomes import (
    agree,
    disagree,
    doubt,
    inconclusive,
    missing,
    verdict,
)
from companies.crosschecks.sources import (
    FRENCH_REGISTERS,
    GLEIF,
    Answer,
    against_french_register,
    against_gleif,
    answer_about,
    beside,
    known,
    vouches,
)

# “12 rue de la Laine, 59100 Roubaix”: the postcode of five digits, then the town.
WRITTEN = re.compile(r"(?<!\d)(\d{5})(?!\d)\s+([^,;\n]+)")
PURPOSES = {
    "mission": ("société à mission", "purpose-driven company"),
    "ess": ("économie sociale et solidaire", "social economy"),
}
# Words by which a company claims one of the two, or none of them.
CLAIMS = {"mission": {"mission", "purpose"}, "ess": {"ess", "sociale", "social"}}
DENIALS = {"no", "non", "none", "aucun", "aucune"}
# ISO 3166-1 has codes for French territories whose taxes and registers are French.
OVERSEAS = dict.fromkeys(("GF", "GP", "MF", "MQ", "RE", "YT", "BL", "PM"), "FR")
VAT_COUNTRIES = {"EL": "GR", "XI": "GB"}
# Reasons that GLEIF gives for a company that has no parent to name.
NO_PARENT = frozenset(
    {
        "NOPARENT", "NOKNOWNPERSON", "NATURALPERSONS", "NONCONSOLIDATING",
        "NOLEGALPERSON",
    }
)  # fmt: skip


def _address(one: Given, found: Answer, _: Dossier) -> Finding:
    """Compare postcode and town with the seat's, as one reads them on an envelope."""
    seat = reading.mapping(found.content.get("seat"))
    postcode = reading.code(seat.get("postcode"))
    city = reading.text(seat.get("city"))
    if found.masks("address", "seat", "street", "postcode", "city") or not postcode:
        return inconclusive(
            f"{found.fr} : adresse du siège non diffusée.",
            f"{found.en}: address of the seat not given out.",
        )
    stated_code, stated_city = _written(one)
    if not stated_code:
        return missing("le code postal", "the postcode is")
    inputs: dict[str, Any] = {
        "postcode": stated_code,
        "city": stated_city,
        "register_postcode": postcode,
        "register_city": city,
    }
    shown = f"{postcode} {reading.short(city)}".strip()
    same_city = reading.city_key(city) == reading.city_key(stated_city)
    if stated_code == postcode and same_city:
        return agree(
            f"{found.fr} : {shown}, même commune.",
            f"{found.en}: {shown}, same town.",
            independent=True,
            **inputs,
        )
    # A cedex has a code of its own, and a hamlet writes its own name.
    is_cedex = "cedex" in reading.words(f"{city} {stated_city}")
    if stated_code == postcode or (same_city and is_cedex):
        return inconclusive(
            f"{found.fr} : {shown}, écrit autrement ; à rapprocher.",
            f"{found.en}: {shown}, written otherwise; to be compared.",
            **inputs,
        )
    return disagree(
        f"{found.fr} : {shown}, une autre adresse.",
        f"{found.en}: {shown}, another address.",
        independent=True,
        **inputs,
    )


def _written(one: Given) -> tuple[str, str]:
    """Return postcode and town, from the details or else out of the written address."""
    postcode = reading.code(one.details.get("postcode"))
    city = reading.text(one.details.get("city"))
    match = WRITTEN.search(reading.text(one.value))
    if postcode or match is None:
        return postcode, city
    return match[1], city or match[2]


def residence_seat(one: Given, dossier: Dossier) -> Finding:
    """Compare the tax residence with the country of the seat, or look for a proof."""
    stated = reading.country(one.value)
    residence = OVERSEAS.get(stated, stated)
    seat, independent = _seat_country(one, dossier)
    country = OVERSEAS.get(seat, seat)
    if not residence or not country:
        return missing("le pays du siège", "the country of the seat is")
    number = reading.text(one.details.get("certificate_number"))
    inputs: dict[str, Any] = {
        "residence": residence,
        "seat": country,
        "certificate": number,
        "documents": len(one.evidence),
    }
    if residence == country:
        return agree(
            f"Siège : {country}, même pays.",
            f"Seat: {country}, same country.",
            independent=independent,
            **inputs,
        )
    if number and one.evidence:
        return agree(
            f"Siège : {country} ; attestation {reading.short(number, 30)} jointe.",
            f"Seat: {country}; certificate {reading.short(number, 30)} attached.",
            **inputs,
        )
    if one.evidence:
        # What is attached may be the certificate.
        return missing(
            "le numéro de l’attestation jointe",
            "the number of the certificate attached is",
            **inputs,
        )
    return disagree(
        f"Siège : {country}, un autre pays, et aucune attestation jointe.",
        f"Seat: {country}, another country, and no certificate attached.",
        independent=independent,
        **inputs,
    )


def _seat_country(one: Given, dossier: Dossier) -> tuple[str, bool]:
    """Return the country of the seat, and whether a register says so."""
    for part, registers in (
        ("seat", FRENCH_REGISTERS),
        ("legal_address", (GLEIF,)),
    ):
        answer = answer_about(one, dossier, registers)
        content = answer.content if isinstance(answer, Answer) else {}
        seat = reading.mapping(reading.mapping(content).get(part))
        if isinstance(answer, Answer) and reading.country(seat.get("country")):
            return reading.country(seat.get("country")), answer.is_independent
    stated = beside(one, dossier, "registered_address")
    if stated is None:
        return "", False
    return reading.country(stated.details.get("country")), vouches(stated, one)


def residence_vat(one: Given, dossier: Dossier) -> Finding:
    """Compare with the VAT prefix. Another country is unusual, and no contradiction."""
    vat = beside(one, dossier, "vat_id")
    residence = reading.country(one.value)
    prefix = reading.code(vat.value)[:2] if vat else ""
    country = VAT_COUNTRIES.get(prefix, prefix)
    if not residence or not country:
        return missing("le numéro de TVA", "the VAT number is")
    inputs: dict[str, Any] = {"residence": residence, "vat_country": country}
    if residence == country:
        return agree(
            f"TVA : {country}, même pays.", f"VAT: {country}, same country.", **inputs
        )
    return doubt(
        f"TVA : {country}, un autre pays ; à rapprocher.",
        f"VAT: {country}, another country; to be compared.",
        **inputs,
    )


def _residence_gleif(one: Given, found: Answer, _: Dossier) -> Finding:
    """Compare with the jurisdiction. Another one is unusual, and no contradiction."""
    residence = reading.country(one.value)
    jurisdiction = reading.text(found.content.get("jurisdiction")).upper()[:2]
    if not residence or not jurisdiction:
        return missing("la juridiction", "the jurisdiction is")
    inputs: dict[str, Any] = {"residence": residence, "jurisdiction": jurisdiction}
    if residence == jurisdiction:
        return agree(
            f"GLEIF : juridiction {jurisdiction}, même pays.",
            f"GLEIF: jurisdiction {jurisdiction}, same country.",
            independent=found.is_independent,
            **inputs,
        )
    return doubt(
        f"GLEIF : juridiction {jurisdiction}, un autre pays ; à rapprocher.",
        f"GLEIF: jurisdiction {jurisdiction}, another country; to be compared.",
        **inputs,
    )


def _parent_gleif(one: Given, found: Answer, _: Dossier) -> Finding:
    """Compare the ultimate parent with the one of GLEIF's level 2 data."""
    parent = reading.mapping(found.content.get("ultimate_parent"))
    lei = reading.code(parent.get("lei"))
    name = reading.text(parent.get("legal_name"))
    inputs: dict[str, Any] = {
        "stated": reading.plain(one.value),
        "stated_lei": reading.code(one.details.get("lei")),
        "register": name,
        "register_lei": lei,
    }
    if not lei and not name:
        return _no_parent(one, found, inputs)
    shown = reading.short(name) or lei
    if one.status != "known":
        same = False
    elif inputs["stated_lei"] and lei:
        same = inputs["stated_lei"] == lei
    else:
        same = bool(name) and reading.name_key(name) == reading.name_key(one.value)
    return verdict(
        f"GLEIF : société mère ultime {shown},"
        f" {'la même' if same else 'une autre réponse'}.",
        f"GLEIF: ultimate parent {shown}, {'the same' if same else 'another answer'}.",
        holds=same,
        # Level 2 data are checked by who issues the LEI, whatever the entity's own.
        independent=found.is_independent,
        **inputs,
    )


def _no_parent(one: Given, found: Answer, inputs: dict[str, Any]) -> Finding:
    reason = reading.code(found.content.get("parent_exception"))
    if reason in NO_PARENT and one.status != "known":
        return agree(
            "GLEIF : aucune société mère, comme déclaré.",
            "GLEIF: no parent, as stated.",
            # The exception is the company's own word to GLEIF.
            **inputs,
        )
    return inconclusive(
        "GLEIF : aucune société mère connue.", "GLEIF: no parent known.", **inputs
    )


def parent_cycle(one: Given, dossier: Dossier) -> Finding:
    """Refuse a parent whose LEI is wrong, or whose parents lead back here."""
    lei = reading.code(one.details.get("lei"))
    if not lei:
        return missing("le LEI de la société mère", "the parent's LEI is")
    own = {reading.code(other.value) for other in known(dossier, "lei")}
    chain = [reading.code(parent) for parent in dossier.parents] or [lei]
    inputs: dict[str, Any] = {"lei": lei, "chain": chain}
    if not stdnum_lei.is_valid(lei):
        return disagree(
            "LEI de la société mère : clé fausse.",
            "The parent's LEI: check digits wrong.",
            **inputs,
        )
    if lei in own or own & set(chain):
        return disagree(
            "La chaîne des sociétés mères revient à cette entreprise.",
            "The chain of parents leads back to this company.",
            **inputs,
        )
    return agree(
        "La chaîne des sociétés mères ne revient pas à cette entreprise.",
        "The chain of parents does not lead back to this company.",
        **inputs,
    )


def _mission(one: Given, found: Answer, _: Dossier) -> Finding:
    """Compare the stated purpose with the register's two flags."""
    flags = {
        "mission": found.content.get("is_mission"),
        "ess": found.content.get("is_ess"),
    }
    asked = {key: flag for key, flag in flags.items() if isinstance(flag, bool)}
    claims = _claims(one)
    # Who claims one of the two says nothing of the other; who denies, denies both.
    concerned = [
        key for key in asked if claims is not None and key in (claims or asked)
    ]
    if not concerned:
        return missing("l’indication du registre", "the register's flag is")
    flagged = [key for key, flag in asked.items() if flag]
    words_fr = ", ".join(PURPOSES[key][0] for key in flagged) or "aucune mention"
    words_en = ", ".join(PURPOSES[key][1] for key in flagged) or "no mention"
    return verdict(
        f"{found.fr} : {words_fr}.",
        f"{found.en}: {words_en}.",
        holds=all(asked[key] == bool(claims) for key in concerned),
        independent=True,
        stated=reading.plain(one.value),
        register=asked,
    )


def _claims(one: Given) -> set[str] | None:
    """Return which of the two a statement claims; none when it cannot be read."""
    said = set(reading.words(one.value))
    claims = {key for key, words in CLAIMS.items() if said & words}
    if claims or one.status != "known" or said & DENIALS:
        return claims
    return None


RULES = (
    Rule("residence.seat", 1, ("tax_residence",), residence_seat, asks_others=True),
    Rule("residence.vat", 1, ("tax_residence",), residence_vat),
    Rule(
        "residence.gleif", 1, ("tax_residence",), against_gleif(_residence_gleif),
        asks_others=True,
    ),
    Rule(
        "address.sirene", 1, ("registered_address",), against_french_register(_address),
        asks_others=True,
    ),
    Rule(
        "parent.gleif", 1, ("ultimate_parent",), against_gleif(_parent_gleif),
        asks_others=True, statuses=("known", "none"),
    ),
    Rule("parent.cycle", 1, ("ultimate_parent",), parent_cycle),
    Rule(
        "mission.sirene", 1, ("mission_status",), against_french_register(_mission),
        asks_others=True, statuses=("known", "none"),
    ),
)  # fmt: skip
