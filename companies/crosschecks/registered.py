"""What registers say of a company's identity, beside what is stated."""

from typing import Any

from companies.crosschecks import reading
from companies.crosschecks.given import Dossier, Finding, Given, Rule
from companies.crosschecks.outcomes import (
    agree,
    disagree,
    inconclusive,
    missing,
    verdict,
)
from companies.crosschecks.sources import (
    Answer,
    against_french_register,
    against_gleif,
    names,
    numbers,
)

# A registration may follow a founding, or a founding be dated from its registration.
FOUNDED_DAYS = 31
# Codes of INSEE's “catégories juridiques” by what companies usually write.
FORMS = {
    "sarl": ("54",),
    # Registers write a company of one associate as any other one of its form.
    "eurl": ("54",),
    "sas": ("57",),
    "sasu": ("57",),
    "sa": ("55", "56"),
    "snc": ("5202",),
    "sca": ("5308",),
    "scs": ("5306",),
    "sci": ("6540",),
    "gie": ("6220",),
    "scop": ("5443", "5458", "5543", "5558", "5643", "5658"),
    "association": ("92",),
}
LIVE = "ISSUED"
# The number was given up, not only left without its yearly renewal.
DEAD = frozenset({"RETIRED", "ANNULLED", "DUPLICATE", "MERGED", "CANCELLED"})


def _name(one: Given, found: Answer, _: Dossier) -> Finding:
    """Compare names without case, accents and legal form."""
    theirs = reading.text(found.content.get("legal_name"))
    if not theirs or found.masks("name", "legal_name"):
        return inconclusive(
            f"{found.fr} : nom non diffusé.", f"{found.en}: name not given out."
        )
    holds = reading.name_key(theirs) == reading.name_key(one.value)
    shown = reading.short(theirs)
    return verdict(
        f"{found.fr} : {shown}, {'même nom' if holds else 'un autre nom'}.",
        f"{found.en}: {shown}, {'same name' if holds else 'another name'}.",
        holds=holds,
        independent=found.is_independent,
        stated=reading.plain(one.value),
        register=theirs,
    )


def _form_sirene(one: Given, found: Answer, _: Dossier) -> Finding:
    """Compare INSEE codes, or the code with what its short form usually means."""
    theirs = reading.code(found.content.get("legal_form_code"))
    if not theirs:
        return missing(
            f"la forme juridique chez {found.fr}", f"the legal form at {found.en} is"
        )
    stated = reading.code(one.details.get("insee_code")) or reading.code(one.value)
    inputs: dict[str, Any] = {"stated": stated, "register": theirs}
    if stated.isdecimal() and len(stated) == 4:
        holds = stated == theirs
    else:
        starts = next(
            (FORMS[word] for word in reading.words(one.value) if word in FORMS), ()
        )
        if not starts:
            return inconclusive(
                f"{found.fr} : code {theirs} ; la forme déclarée n’est pas un code.",
                f"{found.en}: code {theirs}; the stated form is no code.",
                **inputs,
            )
        holds = theirs.startswith(starts)
    return verdict(
        f"{found.fr} : code {theirs}, {'même forme' if holds else 'une autre forme'}.",
        f"{found.en}: code {theirs}, {'same form' if holds else 'another form'}.",
        holds=holds,
        independent=True,
        **inputs,
    )


def _form_gleif(one: Given, found: Answer, _: Dossier) -> Finding:
    """Compare ELF codes (ISO 20275)."""
    theirs = reading.code(found.content.get("legal_form_elf"))
    stated = reading.code(one.details.get("elf_code"))
    if not theirs or not stated:
        return missing("le code ELF", "the ELF code is", stated=stated, register=theirs)
    holds = stated == theirs
    return verdict(
        f"GLEIF : code ELF {theirs}, {'même forme' if holds else 'une autre forme'}.",
        f"GLEIF: ELF code {theirs}, {'same form' if holds else 'another form'}.",
        holds=holds,
        independent=found.is_independent,
        stated=stated,
        register=theirs,
    )


def _id_sirene(one: Given, found: Answer, dossier: Dossier) -> Finding:
    """
    Look whether the register gives this number to the name that is stated.

    That a number exists does not say whose it is: without the name nothing is agreed.
    """
    theirs = reading.code(found.content.get("siren"))
    stated = reading.code(one.value)
    name = reading.text(found.content.get("legal_name"))
    inputs: dict[str, Any] = {
        "stated": stated,
        "register": theirs,
        "name": name,
        "is_active": found.content.get("is_active") is not False,
    }
    # Of somebody of another name, the answer may be that name alone.
    if theirs != stated and (theirs or not name):
        return inconclusive(
            f"{found.fr} n’a pas encore répondu sur ce numéro.",
            f"{found.en} has not answered about this number yet.",
            **inputs,
        )
    if found.content.get("is_active") is False:
        return disagree(
            f"{found.fr} : {theirs} a cessé son activité.",
            f"{found.en}: {theirs} is no longer active.",
            independent=True,
            **inputs,
        )
    if not name or found.masks("name", "legal_name"):
        return inconclusive(
            f"{found.fr} : {theirs} existe, son nom n’est pas diffusé.",
            f"{found.en}: {theirs} exists, its name is not given out.",
            **inputs,
        )
    if not theirs or reading.name_key(name) not in names(dossier):
        return inconclusive(
            f"{found.fr} : ce numéro existe, au nom de {reading.short(name)}.",
            f"{found.en}: this number exists, under the name {reading.short(name)}.",
            **inputs,
        )
    return agree(
        f"{found.fr} : {theirs}, {reading.short(name)}, en activité.",
        f"{found.en}: {theirs}, {reading.short(name)}, active.",
        independent=True,
        **inputs,
    )


def _id_gleif(one: Given, found: Answer, _: Dossier) -> Finding:
    """Compare the number under which GLEIF knows the company in its register."""
    theirs = reading.code(found.content.get("registered_as"))
    stated = reading.code(one.value)
    if not theirs:
        return missing("le numéro chez GLEIF", "GLEIF's number is", stated=stated)
    holds = theirs == stated
    return verdict(
        f"GLEIF : enregistrée sous {reading.short(theirs, 30)},"
        f" {'même numéro' if holds else 'un autre numéro'}.",
        f"GLEIF: registered as {reading.short(theirs, 30)},"
        f" {'same number' if holds else 'another number'}.",
        holds=holds,
        independent=found.is_independent,
        stated=stated,
        register=theirs,
    )


def _vat_sirene(one: Given, found: Answer, _: Dossier) -> Finding:
    """Look for a VAT number among those that the register lists."""
    listed = found.content.get("vat_ids")
    theirs = sorted(
        filter(None, map(reading.code, listed))
        if isinstance(listed, list | tuple)
        else []
    )
    stated = reading.code(one.value)
    if not theirs:
        return missing(
            f"le numéro de TVA chez {found.fr}", f"the VAT number at {found.en} is"
        )
    shown = ", ".join(reading.short(number, 20) for number in theirs[:3])
    holds = stated in theirs
    return verdict(
        f"{found.fr} : {shown}, {'même numéro' if holds else 'un autre numéro'}.",
        f"{found.en}: {shown}, {'same number' if holds else 'another number'}.",
        holds=holds,
        independent=True,
        stated=stated,
        register=theirs,
    )


def _lei_gleif(one: Given, found: Answer, dossier: Dossier) -> Finding:
    """Look whether GLEIF keeps this LEI alive, and for this company."""
    theirs = reading.code(found.content.get("lei"))
    status = reading.code(found.content.get("status"))
    if one.status != "known" and not theirs:
        return missing("le LEI chez GLEIF", "GLEIF's LEI is")
    if one.status != "known":
        return disagree(
            f"GLEIF : l’entreprise a le LEI {reading.short(theirs, 20)}.",
            f"GLEIF: the company has the LEI {reading.short(theirs, 20)}.",
            independent=True,
            register=theirs,
        )
    stated = reading.code(one.value)
    siren = reading.code(found.content.get("registered_as"))
    name = reading.text(found.content.get("legal_name"))
    inputs: dict[str, Any] = {
        "stated": stated,
        "register": theirs,
        "status": status,
        "registered_as": siren,
        "name": name,
    }
    if theirs and theirs != stated:
        return disagree(
            f"GLEIF : le LEI de l’entreprise est {reading.short(theirs, 20)}.",
            f"GLEIF: the company's LEI is {reading.short(theirs, 20)}.",
            independent=True,
            **inputs,
        )
    if status in DEAD:
        return disagree(
            f"GLEIF : ce LEI n’est plus attribué ({status}).",
            f"GLEIF: this LEI is no longer assigned ({status}).",
            independent=True,
            **inputs,
        )
    is_theirs = reading.name_key(name) in names(dossier) or (
        siren in numbers(dossier, "national_id")
    )
    if status != LIVE or not is_theirs:
        return inconclusive(
            f"GLEIF : {reading.short(name) or '(sans nom)'}, état"
            f" {status or 'inconnu'}.",
            f"GLEIF: {reading.short(name) or '(no name)'}, status"
            f" {status or 'unknown'}.",
            **inputs,
        )
    return agree(
        f"GLEIF : {reading.short(name)}, LEI en cours (ISSUED).",
        f"GLEIF: {reading.short(name)}, LEI in force (ISSUED).",
        independent=found.is_independent,
        **inputs,
    )


def founded_future(one: Given, dossier: Dossier) -> Finding:
    """Refuse a founding day that has not come yet."""
    day = reading.day(one.value)
    if day is None:
        return missing("une date lisible", "a readable date is")
    holds = day <= dossier.today
    return verdict(
        f"Création le {day} : {'date passée' if holds else 'date à venir'}.",
        f"Founded on {day}: {'in the past' if holds else 'still to come'}.",
        holds=holds,
        founded_on=day,
    )


def _founded_sirene(one: Given, found: Answer, _: Dossier) -> Finding:
    """Compare founding days, a month apart at most."""
    theirs = reading.day(found.content.get("founded_on"))
    stated = reading.day(one.value)
    if theirs is None or stated is None:
        return missing("une des deux dates", "one of the two dates is")
    days = abs((theirs - stated).days)
    holds = days <= FOUNDED_DAYS
    words_fr, words_en = _apart(days)
    return verdict(
        f"{found.fr} : {theirs}, {words_fr}.",
        f"{found.en}: {theirs}, {words_en}.",
        holds=holds,
        independent=True,
        stated=stated,
        register=theirs,
    )


def _apart(days: int) -> tuple[str, str]:
    if days == 0:
        return "même date", "same date"
    if days == 1:
        return "un jour d’écart", "one day apart"
    return f"{days} jours d’écart", f"{days} days apart"


RULES = (
    Rule(
        "name.sirene", 1, ("legal_name",), against_french_register(_name),
        asks_others=True,
    ),
    Rule("name.gleif", 1, ("legal_name",), against_gleif(_name), asks_others=True),
    Rule(
        "form.sirene", 1, ("legal_form",), against_french_register(_form_sirene),
        asks_others=True,
    ),
    Rule(
        "form.gleif", 1, ("legal_form",), against_gleif(_form_gleif), asks_others=True
    ),
    Rule(
        "id.sirene", 1, ("national_id",), against_french_register(_id_sirene),
        asks_others=True,
    ),
    Rule("id.gleif", 1, ("national_id",), against_gleif(_id_gleif), asks_others=True),
    Rule(
        "vat.sirene", 1, ("vat_id",), against_french_register(_vat_sirene),
        asks_others=True,
    ),
    Rule(
        "lei.gleif", 1, ("lei",), against_gleif(_lei_gleif), asks_others=True,
        statuses=("known", "none"),
    ),
    Rule("founded.future", 1, ("founded_on",), founded_future),
    Rule(
        "founded.sirene", 1, ("founded_on",), against_french_register(_founded_sirene),
        asks_others=True,
    ),
)  # fmt: skip
