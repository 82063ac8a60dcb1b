"""Surveys of employees: how many answered, when, and to which question."""

from datetime import date
from decimal import Decimal
from typing import Any

from companies.crosschecks import arithmetic, reading
from companies.crosschecks.formulas import detail, recomputed
from companies.crosschecks.given import Dossier, Finding, Given, Rule
from companies.crosschecks.outcomes import (
    agree,
    disagree,
    doubt,
    inconclusive,
    missing,
    not_applicable,
    verdict,
)
from companies.crosschecks.words import en, fr
from companies.satisfaction import LEAST_ANSWERS, age_in_months

OLDEST_MONTHS = 24
LEAST_RESPONSE = Decimal(50)
# Great Place To Work certifies from this share of positive answers.
LABEL_LEAST = Decimal(65)
LABEL_WORDS = ({"gptw"}, {"great", "place", "work"})


def method(one: Given, _: Dossier) -> Finding:
    """Ask for the method, the question, the answers and those who were asked."""
    names = {
        "method": ("la méthode", "the method"),
        "question": ("la question", "the question"),
        "answers": ("le nombre de réponses", "the number of answers"),
        "invited": ("le nombre d’invités", "the number of those asked"),
    }
    absent = [key for key in names if one.details.get(key) in (None, "")]
    if absent:
        return missing(names[absent[0]][0], f"{names[absent[0]][1]} is", missing=absent)
    said = reading.short(str(one.details["method"]), 80)
    return agree(f"Méthode : {said}", f"Method: {said}", method=said)


def answers(one: Given, _: Dossier) -> Finding:
    """Ask for five answers at least: fewer would show who said what."""
    count, invited = detail(one, "answers"), detail(one, "invited")
    if count is None:
        return missing("le nombre de réponses", "the number of answers is")
    too_many = invited is not None and count > invited
    return verdict(
        f"Réponses : {fr(count)}{' sur ' + fr(invited) if invited else ''}"
        f" ; {LEAST_ANSWERS} au moins.",
        f"Answers: {en(count)}{' of ' + en(invited) + ' asked' if invited else ''};"
        f" {LEAST_ANSWERS} at least.",
        holds=count >= LEAST_ANSWERS and not too_many,
        answers=count,
        invited=invited,
    )


def recent(one: Given, dossier: Dossier) -> Finding:
    """Ask for a survey of the last 24 months, and of no day to come."""
    day = reading.day(one.details.get("surveyed_on"))
    if day is None:
        return missing("la date de l’enquête", "the date of the survey is")
    is_future = day > dossier.today
    is_old = _is_old(day, dossier.today)
    words_fr = "à venir" if is_future else "trop ancienne" if is_old else "récente"
    words_en = "still to come" if is_future else "too old" if is_old else "recent"
    return verdict(
        f"Enquête du {day} : {words_fr} ({OLDEST_MONTHS} mois au plus).",
        f"Survey of {day}: {words_en} ({OLDEST_MONTHS} months at most).",
        holds=not is_future and not is_old,
        surveyed_on=day,
    )


def _is_old(day: date, today: date) -> bool:
    months = age_in_months(day, today)
    return months > OLDEST_MONTHS or (months == OLDEST_MONTHS and day.day < today.day)


def response(one: Given, _: Dossier) -> Finding:
    """Warn where fewer than half of those who were asked have answered."""
    count, invited = detail(one, "answers"), detail(one, "invited")
    if count is None or invited is None or invited <= 0:
        return missing("le nombre d’invités", "the number of those asked is")
    rate = arithmetic.share(count, invited)
    inputs: dict[str, Any] = {"answers": count, "invited": invited}
    if count > invited:
        return disagree(
            f"Réponses : {fr(count)}, personnes interrogées : {fr(invited)}.",
            f"Answers: {en(count)}, people asked: {en(invited)}.",
            **inputs,
        )
    if rate < LEAST_RESPONSE:
        return doubt(
            f"{fr(rate)} % de réponses : moins de la moitié.",
            f"{en(rate)}% answered: less than half.",
            **inputs,
        )
    return agree(f"{fr(rate)} % de réponses.", f"{en(rate)}% answered.", **inputs)


def label(one: Given, _: Dossier) -> Finding:
    """Compare a Great Place To Work label with the share that it asks for."""
    name = reading.text(one.details.get("label"))
    stated = reading.number(one.value)
    if not name:
        return not_applicable("Aucun label n’est nommé.", "No label is named.")
    said = set(reading.words(name))
    if stated is None or not any(marks <= said for marks in LABEL_WORDS):
        return inconclusive(
            f"{reading.short(name)} : seuil inconnu.",
            f"{reading.short(name)}: threshold unknown.",
            label=name,
        )
    shown = reading.short(name)
    return verdict(
        f"{shown} : {fr(LABEL_LEAST)} % au moins, déclaré {fr(stated)} %.",
        f"{shown}: {en(LABEL_LEAST)}% at least, stated {en(stated)}%.",
        holds=stated >= LABEL_LEAST,
        label=name,
        stated=stated,
    )


def enps(one: Given, _: Dossier) -> Finding:
    """Compute the share of promoters less the share of detractors."""
    parts: dict[str, Any] = {
        key: detail(one, key) for key in ("promoters", "passives", "detractors")
    }
    return recomputed(one, arithmetic.net_promoters, *parts.values(), **parts)


FACT = ("employee_satisfaction",)
RULES = (
    Rule("satisfaction.method", 1, FACT, method),
    Rule("satisfaction.answers", 1, FACT, answers),
    Rule("satisfaction.recent", 1, FACT, recent),
    Rule("satisfaction.response", 1, FACT, response),
    Rule("satisfaction.label", 1, FACT, label),
    Rule("enps.formula", 1, ("enps",), enps),
)
