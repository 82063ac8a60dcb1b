"""
The French company search API: which addresses to ask, what its answers say. Pure.

Source: https://recherche-entreprises.api.gouv.fr/docs/ (open, no key, seven requests a
second at most). Officers and elected people are not asked for, and nothing is read that
is not named here. A search by SIREN lists no site but the seat, so each site that the
company states is searched by its SIRET.
"""

import re
from decimal import Decimal
from typing import Any

from stdnum.fr import siren as siren_number

from companies.catalogue import ValueRefused, decimal_text
from companies.registers import reading
from companies.registers.asked import (
    Answers,
    Extract,
    Question,
    Register,
    Said,
    Unusable,
)
from companies.registers.legal_forms import LEGAL_FORMS
from companies.registers.reading import given

INCLUDED = "complements,finances,matching_etablissements,siege,tva"
MASK = "[NON-DIFFUSIBLE]"
MAX_SITES = 10
SIRET = re.compile("[0-9]{14}")
YEAR = re.compile("(19|20|21)[0-9]{2}")
IDCC = re.compile("[0-9]{1,4}")
FRENCH_VAT = re.compile("(FR)?([0-9A-Z]{2}[0-9]{9})")
# Of the legal unit and of a site: open, closed.
OPEN = {"A": True, "C": False, "F": False}
# Headcounts; the ends are in the rules that use them. `NN`: no employer, or unknown.
BAND = re.compile("NN|0[0-3]|1[12]|2[12]|3[12]|4[12]|5[1-3]")
STREET = ("numero_voie", "indice_repetition", "type_voie", "libelle_voie")


def next_path(question: Question, answers: Answers) -> str | None:
    """Ask for the company, then for each of its sites that are not its seat."""
    searched = [question.key, *_sites(question)]
    if len(answers) == len(searched):
        return None
    if answers and _company(question, answers[0]) is None:
        return None
    return (
        f"/search?q={searched[len(answers)]}&minimal=true&include={INCLUDED}"
        "&page=1&per_page=1"
    )


def read(question: Question, answers: Answers) -> Extract | None:
    """Return what is kept of the company; none when the register does not know it."""
    company = _company(question, answers[0])
    if company is None:
        return None
    seat = reading.part(company, "siege")
    extras = reading.part(company, "complements")
    band = reading.code(company.get("tranche_effectif_salarie"))
    year = str(company.get("annee_tranche_effectif_salarie"))
    name = company.get("nom_raison_sociale") or company.get("nom_complet")
    return given(
        siren=question.key,
        legal_name=_shown(name),
        legal_form_code=reading.code(company.get("nature_juridique")),
        founded_on=reading.day(company.get("date_creation")),
        is_active=OPEN.get(reading.code(company.get("etat_administratif"))),
        band=band if BAND.fullmatch(band) else None,
        band_year=int(year) if YEAR.fullmatch(year) else None,
        seat=_seat(question.key, seat),
        sites=_confirmed(question, seat, answers[1:]),
        finances=_finances(company.get("finances")),
        vat_ids=_vat_ids(company.get("tva")),
        idcc=[one for one in reading.items(extras.get("liste_idcc")) if _is_idcc(one)],
        is_ess=_flag(extras, "est_ess"),
        is_mission=_flag(extras, "est_societe_mission"),
        has_equality_index=_flag(extras, "egapro_renseignee"),
        has_ghg_report=_flag(extras, "bilan_ges_renseigne"),
        masked=_masked(name, seat),
    )


def page(key: str) -> str:
    """Return the address of the company's page, for people."""
    return f"https://annuaire-entreprises.data.gouv.fr/entreprise/{key}"


def says(extract: Extract) -> list[Said]:
    """Return what the register states; what is masked or unnamed it does not."""
    said = [
        Said("legal_name", extract.get("legal_name")),
        Said("national_id", extract.get("siren")),
        Said("founded_on", extract.get("founded_on")),
        Said("mission_status", mission(extract)),
    ]
    form = extract.get("legal_form_code", "")
    if form in LEGAL_FORMS:
        said.append(Said("legal_form", LEGAL_FORMS[form], {"insee_code": form}))
    seat = extract.get("seat", {})
    if seat.get("postcode") and seat.get("city"):
        details = {
            key: seat[key]
            for key in ("street", "postcode", "city", "country")
            if key in seat
        }
        said.append(Said("registered_address", address(details), details))
    return [one for one in said if one.value]


def mission(extract: Extract) -> str:
    """Return the status of a purpose-driven company in words; nothing without one."""
    words = []
    if extract.get("is_mission"):
        words.append("Société à mission")
    if extract.get("is_ess"):
        words.append("Économie sociale et solidaire")
    return ", ".join(words)


def address(seat: Extract) -> str:
    """Return an address on one line."""
    place = " ".join(seat[key] for key in ("postcode", "city") if seat.get(key))
    country = seat.get("country", "")
    lines = [seat.get("street"), place, "France" if country == "FR" else country]
    return ", ".join(line for line in lines if line)


def _company(question: Question, body: bytes | None) -> dict[str, Any] | None:
    """Return the result that is the company; raise `Unusable` if it is another."""
    results = _results(body)
    for one in results:
        if isinstance(one, dict) and one.get("siren") == question.key:
            return one
    if results:
        raise Unusable("another_company")
    return None


def _results(body: bytes | None) -> list[Any]:
    if body is None:
        # A company that is not there is an empty list: this address is a wrong one.
        raise Unusable("status_404")
    results = reading.document(body).get("results")
    if not isinstance(results, list):
        raise Unusable("no_results")
    return results


def _sites(question: Question) -> list[str]:
    own = {
        site
        for site in question.sites
        if SIRET.fullmatch(site) and site.startswith(question.key)
    }
    return sorted(own)[:MAX_SITES]


def _confirmed(
    question: Question, seat: dict[str, Any], answers: Answers
) -> list[dict[str, Any]]:
    """Return the seat and the sites that were asked for, but for those nobody knows."""
    known = {str(seat.get("siret")): _is_open(seat)} if _is_siret(seat) else {}
    for siret, body in zip(_sites(question), answers, strict=False):
        found = [
            site
            for company in _results(body)
            for site in reading.items(
                reading.part(company).get("matching_etablissements")
            )
            if reading.part(site).get("siret") == siret
        ]
        # The register does not give out all that it knows: absent is not closed.
        if found:
            known[siret] = any(_is_open(site) for site in found)
    return [{"siret": siret, "is_open": known[siret]} for siret in sorted(known)]


def _is_siret(site: dict[str, Any]) -> bool:
    siret = site.get("siret")
    return isinstance(siret, str) and SIRET.fullmatch(siret) is not None


def _is_open(site: dict[str, Any]) -> bool:
    return site.get("etat_administratif") == "A"


def _seat(siren: str, seat: dict[str, Any]) -> dict[str, Any]:
    siret = seat.get("siret") if _is_siret(seat) else ""
    is_abroad = bool(seat.get("code_pays_etranger"))
    street = [_shown(seat.get(key)) for key in STREET]
    return given(
        siret=siret if str(siret).startswith(siren) else "",
        street=" ".join(word for word in street if word),
        postcode=_shown(seat.get("code_postal")),
        city=_shown(
            seat.get("libelle_commune_etranger" if is_abroad else "libelle_commune")
        ),
        # Abroad the code is one of INSEE's, which is no ISO country.
        country="FR" if seat and not is_abroad else "",
        lat=reading.degrees(seat.get("latitude")),
        lng=reading.degrees(seat.get("longitude")),
    )


def _finances(value: Any) -> dict[str, dict[str, str]]:
    """Return the turnover by year; zero is how the register writes undisclosed."""
    years = value if isinstance(value, dict) else {}
    kept = {}
    for year in sorted(key for key in years if YEAR.fullmatch(key))[-MAX_SITES:]:
        try:
            turnover = decimal_text(reading.part(years, year).get("ca"))
        except ValueRefused:
            continue
        if Decimal(turnover) > 0:
            kept[year] = {"turnover": turnover}
    return kept


def _vat_ids(value: Any) -> list[str]:
    found = (FRENCH_VAT.fullmatch(reading.code(one)) for one in reading.items(value))
    return [f"FR{one[2]}" for one in found if one]


def _is_idcc(value: Any) -> bool:
    return isinstance(value, str) and IDCC.fullmatch(value) is not None


def _flag(extras: dict[str, Any], key: str) -> bool | None:
    value = extras.get(key)
    return value if isinstance(value, bool) else None


def _shown(value: Any) -> str:
    """Return a text; nothing where it is masked, which is never stored."""
    return "" if _is_masked(value) else reading.text(value)


def _is_masked(value: Any) -> bool:
    return isinstance(value, str) and MASK in value.upper()


def _masked(name: Any, seat: dict[str, Any]) -> list[str]:
    """Return which values the register keeps to itself at the company's wish."""
    values = {
        "legal_name": [name],
        "street": [seat.get(key) for key in STREET],
        "postcode": [seat.get("code_postal")],
        "city": [seat.get("libelle_commune")],
        "point": [seat.get("latitude"), seat.get("longitude")],
    }
    return [key for key, said in values.items() if any(map(_is_masked, said))]


SIRENE = Register(
    key="sirene",
    name="Annuaire des entreprises (SIRENE)",
    fact="national_id",
    is_key=siren_number.is_valid,
    next_path=next_path,
    read=read,
    page=page,
    says=says,
)
