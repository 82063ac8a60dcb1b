"""Identity: numbers, names, dates, places of a company."""

from typing import Any

from tests.companies.crosschecks.given import (
    AGREE,
    DISAGREE,
    ID,
    INCONCLUSIVE,
    LEI,
    NAME,
    NOT_APPLICABLE,
    OTHER_LEI,
    SIREN,
    VAT,
    case,
    register,
    state,
)

SIRET = "55200844300012"


def sirene(**members: Any) -> dict[str, Any]:
    """Return an answer of the French register."""
    return {"siren": SIREN, "legal_name": "LAINE DU TEST SA", **members}


def gleif(**members: Any) -> dict[str, Any]:
    """Return an answer of GLEIF."""
    return {
        "lei": LEI,
        "legal_name": "Laine du Test",
        "registered_as": SIREN,
        "status": "ISSUED",
        "corroboration": "FULLY_CORROBORATED",
        **members,
    }


MY_ID = state("national_id", SIREN)
MY_NAME = state("legal_name", "Lainé du test S.A.S.")
MY_VAT = state("vat_id", VAT)
MY_LEI = state("lei", LEI)
RESIDENCE = state("tax_residence", "FR")
SEAT = state("registered_address", "x", number=5, country="FR")
SEAT_OVERSEAS = state("registered_address", "x", number=5, country="RE")
SEAT_ABROAD = state("registered_address", "x", number=5, country="BE")
ADDRESS = state("registered_address", "1 rue du Test, 59100 Roubaix, France")
PARENT = state("ultimate_parent", "Groupe Laine SA", lei=OTHER_LEI)
PARENT_OF_GLEIF = {"lei": OTHER_LEI, "legal_name": "GROUPE LAINE"}

IDENTITY = [
    case("id.checksum", AGREE, MY_ID),
    case("id.checksum", DISAGREE, state("national_id", "552008444")),
    case(
        "id.checksum", AGREE, state("national_id", "BE0403053608"), SEAT_ABROAD,
        why="Belgian",
    ),
    case(
        "id.checksum", INCONCLUSIVE, state("national_id", "0104-01-056795"),
        state("registered_address", "x", number=5, country="JP"),
    ),
    case("id.vat", AGREE, MY_ID, state("vat_id", f"FR 19 {SIREN}", number=2)),
    case("id.vat", DISAGREE, MY_ID, state("vat_id", "FR40303265045", number=2)),
    case("id.vat", INCONCLUSIVE, MY_ID),
    case(
        "id.vat", NOT_APPLICABLE, MY_ID, state("vat_id", "BE0403053608", number=2)
    ),
    case("id.gleif", AGREE, MY_ID, gleif=gleif()),
    case("id.gleif", DISAGREE, MY_ID, MY_LEI._replace(id=2),
         gleif=gleif(registered_as="404833048")),
    case("id.gleif", INCONCLUSIVE, MY_ID, gleif=gleif(registered_as="")),
    case("id.sirene", AGREE, MY_ID, NAME, sirene=sirene()),
    case("id.sirene", DISAGREE, MY_ID, NAME, sirene=sirene(is_active=False)),
    case("id.sirene", INCONCLUSIVE, MY_ID, NAME, why="another name",
         sirene=sirene(legal_name="Coton")),
    case("id.sirene", INCONCLUSIVE, MY_ID, register("legal_name", "LAINE DU TEST"),
         why="the register echoes the question", sirene=sirene()),
    case("id.sirene", INCONCLUSIVE, MY_ID, NAME, why="the other name alone",
         sirene={"legal_name": "Coton"}),
    case("id.sirene", INCONCLUSIVE, MY_ID, NAME, why="masked",
         sirene=sirene(masked=["name"])),
    case("id.sirene", INCONCLUSIVE, MY_ID, NAME, why="not given out",
         sirene={"is_absent": True}),
    case("id.sirene", NOT_APPLICABLE, register("national_id", SIREN, number=1),
         sirene=sirene()),
    case("id.sirene", AGREE, MY_ID, NAME, why="demonstration", demonstration=sirene()),
    case("id.unique", AGREE, MY_ID),
    case("id.unique", DISAGREE, MY_ID, shared=[f"national_id:{SIREN}"]),
    case("id.unique", INCONCLUSIVE, MY_ID, NAME, shared=[f"national_id:{SIREN}"],
         sirene=sirene()),
    case("vat.checksum", AGREE, MY_VAT),
    case("vat.checksum", AGREE, state("vat_id", "CHE-107.787.577 IVA"), why="Swiss"),
    case("vat.checksum", DISAGREE, state("vat_id", "FR41303265045")),
    case("vat.siren", AGREE, MY_VAT, ID),
    case("vat.siren", DISAGREE, state("vat_id", f"FR20{SIREN}"), ID, why="wrong key"),
    case("vat.siren", DISAGREE, state("vat_id", "FR40303265045"), ID),
    case("vat.siren", INCONCLUSIVE, MY_VAT),
    case("vat.sirene", AGREE, MY_VAT, ID, sirene=sirene(vat_ids=[VAT])),
    case("vat.sirene", DISAGREE, MY_VAT, ID, sirene=sirene(vat_ids=["FR40303265045"])),
    case("vat.sirene", INCONCLUSIVE, MY_VAT, ID, sirene=sirene()),
    case("vat.country", AGREE, MY_VAT, state("tax_residence", "FR", number=2)),
    case("vat.country", AGREE, state("vat_id", "EL094259216"),
         state("sites", [{"country": "GR"}], number=2), why="Greek"),
    case("vat.country", DISAGREE, MY_VAT, state("tax_residence", "BE", number=2)),
    case("vat.country", INCONCLUSIVE, MY_VAT),
    case("vat.unique", AGREE, MY_VAT),
    case("vat.unique", DISAGREE, MY_VAT, shared=[f"vat_id:{VAT}"]),
    case("lei.checksum", AGREE, MY_LEI),
    case("lei.checksum", DISAGREE, state("lei", "969500KMUQ2B6CBAF163")),
    case("lei.unique", AGREE, MY_LEI),
    case("lei.unique", DISAGREE, MY_LEI, shared=[f"lei:{LEI}"]),
    case("lei.gleif", AGREE, MY_LEI, NAME, gleif=gleif()),
    case("lei.gleif", AGREE, MY_LEI, ID, gleif=gleif(legal_name="Wool"), why="SIREN"),
    case("lei.gleif", DISAGREE, MY_LEI, NAME, gleif=gleif(status="RETIRED")),
    case("lei.gleif", DISAGREE, state("lei", OTHER_LEI), ID, gleif=gleif()),
    case("lei.gleif", DISAGREE, state("lei", status="none"), ID, gleif=gleif(),
         why="none stated"),
    case("lei.gleif", INCONCLUSIVE, MY_LEI, NAME, gleif=gleif(status="LAPSED")),
    case("lei.gleif", INCONCLUSIVE, MY_LEI, why="whose is it", gleif=gleif()),
    case("name.sirene", AGREE, MY_NAME, ID, sirene=sirene()),
    case("name.sirene", DISAGREE, MY_NAME, ID, sirene=sirene(legal_name="Coton")),
    case("name.sirene", INCONCLUSIVE, MY_NAME, ID, why="masked",
         sirene=sirene(legal_name="[NON-DIFFUSIBLE]")),
    case("name.sirene", INCONCLUSIVE, MY_NAME, ID, why="of another number",
         sirene=sirene(siren="404833048")),
    case("name.sirene", INCONCLUSIVE, MY_NAME, ID, why="silent"),
    case("name.sirene", NOT_APPLICABLE, register("legal_name", "Laine", number=1), ID,
         sirene=sirene()),
    case("name.gleif", AGREE, MY_NAME, ID, gleif=gleif()),
    case("name.gleif", DISAGREE, MY_NAME, ID, gleif=gleif(legal_name="Wool Ltd")),
    case("name.gleif", AGREE, register("legal_name", "LAINE DU TEST", number=1), ID,
         why="of another register", gleif=gleif()),
    case("form.sirene", AGREE, state("legal_form", "5710"), ID,
         sirene=sirene(legal_form_code="5710")),
    case("form.sirene", AGREE, state("legal_form", "SAS (par actions)"), ID,
         sirene=sirene(legal_form_code="5710"), why="in words"),
    case("form.sirene", DISAGREE, state("legal_form", "SARL"), ID,
         sirene=sirene(legal_form_code="5710")),
    case("form.sirene", DISAGREE, state("legal_form", "SAS", insee_code="5499"), ID,
         sirene=sirene(legal_form_code="5710"), why="its code"),
    case("form.sirene", INCONCLUSIVE, state("legal_form", "Guilde"), ID,
         sirene=sirene(legal_form_code="5710")),
    case("form.gleif", AGREE, state("legal_form", "SA", elf_code="k65d"), ID,
         gleif=gleif(legal_form_elf="K65D")),
    case("form.gleif", DISAGREE, state("legal_form", "SA", elf_code="6CHY"), ID,
         gleif=gleif(legal_form_elf="K65D")),
    case("form.gleif", INCONCLUSIVE, state("legal_form", "SA"), ID,
         gleif=gleif(legal_form_elf="K65D")),
    case("founded.future", AGREE, state("founded_on", "2026-11-22")),
    case("founded.future", DISAGREE, state("founded_on", "2026-11-23")),
    case("founded.future", INCONCLUSIVE, state("founded_on", "hier")),
    case("founded.sirene", AGREE, state("founded_on", "2008-04-14"), ID,
         sirene=sirene(founded_on="2008-03-14")),
    case("founded.sirene", DISAGREE, state("founded_on", "2008-04-15"), ID,
         sirene=sirene(founded_on="2008-03-14")),
    case("residence.seat", AGREE, RESIDENCE, SEAT),
    case("residence.seat", AGREE, RESIDENCE._replace(
        details={"certificate_number": "A-1"}, evidence=["0" * 64]), SEAT_ABROAD,
        why="certificate attached"),
    case("residence.seat", DISAGREE, RESIDENCE, SEAT_ABROAD),
    case("residence.seat", AGREE, RESIDENCE, SEAT_OVERSEAS, why="La Réunion"),
    case("residence.seat", DISAGREE, RESIDENCE._replace(
        details={"certificate_number": "A-1"}), SEAT_ABROAD, why="no document"),
    case("residence.seat", INCONCLUSIVE, RESIDENCE),
    case("residence.vat", AGREE, RESIDENCE, MY_VAT._replace(id=2)),
    case("residence.vat", INCONCLUSIVE, RESIDENCE,
         state("vat_id", "BE0403053608", number=2)),
    case("residence.gleif", AGREE, RESIDENCE, ID, gleif=gleif(jurisdiction="FR")),
    case("residence.gleif", INCONCLUSIVE, RESIDENCE, ID,
         gleif=gleif(jurisdiction="US-DE")),
    case("address.sirene", AGREE, ADDRESS, ID,
         sirene=sirene(seat={"postcode": "59100", "city": "ROUBAIX"})),
    case("address.sirene", AGREE, state("registered_address", "x", postcode="75011",
         city="Paris 11e arrondissement"), ID, why="district",
         sirene=sirene(seat={"postcode": "75011", "city": "PARIS 11"})),
    case("address.sirene", DISAGREE, ADDRESS, ID,
         sirene=sirene(seat={"postcode": "59000", "city": "LILLE"})),
    case("address.sirene", INCONCLUSIVE, ADDRESS, ID, why="cedex",
         sirene=sirene(seat={"postcode": "59059", "city": "ROUBAIX CEDEX 1"})),
    case("address.sirene", INCONCLUSIVE, ADDRESS, ID, why="masked", sirene=sirene(
        masked=["address"], seat={"postcode": "59000", "city": "LILLE"})),
    case("parent.gleif", AGREE, PARENT, ID, gleif=gleif(
        ultimate_parent=PARENT_OF_GLEIF)),
    case("parent.gleif", AGREE, state("ultimate_parent", "Groupe Laine"), ID,
         gleif=gleif(ultimate_parent=PARENT_OF_GLEIF), why="by name"),
    case("parent.gleif", DISAGREE, state("ultimate_parent", "Coton", lei=LEI), ID,
         gleif=gleif(ultimate_parent=PARENT_OF_GLEIF)),
    case("parent.gleif", DISAGREE, state("ultimate_parent", status="none"), ID,
         gleif=gleif(ultimate_parent=PARENT_OF_GLEIF), why="none stated"),
    case("parent.gleif", AGREE, state("ultimate_parent", status="none"), ID,
         gleif=gleif(parent_exception="NO_KNOWN_PERSON"), why="none known"),
    case("parent.gleif", INCONCLUSIVE, PARENT, ID, gleif=gleif(
        ultimate_parent=None, parent_exception="NON_PUBLIC")),
    case("parent.cycle", AGREE, PARENT, MY_LEI._replace(id=2), parents=[OTHER_LEI]),
    case("parent.cycle", DISAGREE, PARENT, MY_LEI._replace(id=2),
         parents=[OTHER_LEI, LEI]),
    case("parent.cycle", DISAGREE, state("ultimate_parent", "x", lei=f"{LEI[:-1]}3"),
         why="wrong LEI"),
    case("parent.cycle", INCONCLUSIVE, state("ultimate_parent", "x")),
    case("mission.sirene", AGREE, state("mission_status", "Société à mission"), ID,
         sirene=sirene(is_mission=True, is_ess=False)),
    case("mission.sirene", DISAGREE, state("mission_status", "ESS"), ID,
         sirene=sirene(is_mission=True, is_ess=False)),
    case("mission.sirene", DISAGREE, state("mission_status", status="none"), ID,
         sirene=sirene(is_mission=True), why="none stated"),
    case("mission.sirene", INCONCLUSIVE, state("mission_status", "?"), ID,
         sirene=sirene(is_mission=True)),
    case("sites.siret", AGREE, state("sites", [{"siret": "552 008 443 00012"}]), ID),
    case("sites.siret", DISAGREE, state("sites", [{"siret": "73282932000074"}]), ID),
    case("sites.siret", AGREE, state("sites", [{"siret": "35600000049837"}]),
         state("national_id", "356000000", number=2), why="La Poste"),
    case("sites.siret", INCONCLUSIVE, state("sites", [{"place": "Roubaix"}]), ID),
    case("sites.gln", AGREE, state("sites", [{"gln": "9521234000143"}])),
    case("sites.gln", DISAGREE, state("sites", [{"gln": "9521234000144"}])),
    case("sites.gln", NOT_APPLICABLE, state("sites", ["Roubaix"])),
    case("sites.point", AGREE, state("sites", [
        {"country": "FR", "lat": "50.69", "lng": "3.17"},
        {"country": "FR", "lat": -21.1, "lng": 55.5}])),
    case("sites.point", DISAGREE, state("sites", [
        {"country": "FR", "lat": "3.17", "lng": "50.69"}])),
    case("sites.point", INCONCLUSIVE, state("sites", [{"country": "FR"}])),
    case("sites.sirene", AGREE, state("sites", [{"siret": SIRET}]), ID,
         sirene=sirene(sites=[{"siret": SIRET, "is_open": True}])),
    case("sites.sirene", DISAGREE, state("sites", [{"siret": SIRET}]), ID,
         sirene=sirene(sites=[{"siret": SIRET, "is_open": False}])),
    case("sites.sirene", INCONCLUSIVE, state("sites", [{"siret": SIRET}]), ID,
         sirene=sirene(sites=[{"siret": "55200844300020", "is_open": True}])),
]  # fmt: skip
