"""Agreement between sources: the better one checks what the others state."""

from decimal import Decimal
from typing import Any

from companies import catalogue
from companies.crosschecks import arithmetic, reading, sources
from companies.crosschecks.given import Dossier, Finding, Given, Rule
from companies.crosschecks.outcomes import inconclusive, not_applicable, verdict

COMMUNITY = "community"
# Dates of one founding may differ by the time that a registration takes.
DAYS = {"founded_on": 31}
# Nobody may state the computed fact, and a register that was asked for a number states
# that number: an echo agrees with everybody (`id.sirene`, `lei.gleif` ask for more).
OTHERWISE = {catalogue.COMPUTED_ONLY, "national_id", "lei"}
# In points, where a relative tolerance would forgive too little or too much.
ONE_POINT = Decimal(1)
SOURCES = {
    "register": ("un registre public", "a public register"),
    "laboratory": ("un laboratoire", "a laboratory"),
    "certifier": ("un organisme certificateur", "a certifier"),
    "community": ("la communauté", "the community"),
}


def between_sources(one: Given, dossier: Dossier) -> Finding:
    """Compare a statement with the one of the best source above its own."""
    other = _better(one, dossier)
    if other is None:
        return not_applicable(
            "Aucune source meilleure ne dit ce fait.",
            "No better source states this fact.",
        )
    fact = catalogue.facts()[one.fact]
    words_fr, words_en = SOURCES[other.source_kind]
    named = reading.short(other.source_name, 80)
    name_fr, name_en = named or words_fr, named or words_en
    inputs: dict[str, Any] = {
        "stated": reading.plain(one.value),
        "other": reading.plain(other.value),
        "source": other.source_kind,
        "statement": other.id,
    }
    if fact.period != "as_of" and one.year != other.year:
        return inconclusive(
            f"{name_fr} : chiffre de {other.year}, une autre année que {one.year}.",
            f"{name_en}: figure of {other.year}, another year than {one.year}.",
            **inputs,
        )
    same = None if one.unit != other.unit else _same(fact.type, one, other)
    if same is None:
        return inconclusive(
            f"{name_fr} : valeur d’une autre forme, non comparable.",
            f"{name_en}: value of another form, not comparable.",
            **inputs,
        )
    shown = reading.short(str(other.value))
    return verdict(
        f"{name_fr} : {shown}, {'concordant' if same else 'différent'}.",
        f"{name_en}: {shown}, {'in agreement' if same else 'different'}.",
        holds=same,
        independent=True,
        **inputs,
    )


def _better(one: Given, dossier: Dossier) -> Given | None:
    better = [
        other
        for other in sources.known(dossier, one.fact)
        if sources.rank(other) > sources.rank(one) and _counts(other)
    ]
    return max(
        better,
        key=lambda other: (other.year == one.year, sources.rank(other), other.id),
        default=None,
    )


def _counts(other: Given) -> bool:
    """Say whether a source is heard on a fact: anybody at all, only where named."""
    if other.source_kind != COMMUNITY:
        return True
    return COMMUNITY in catalogue.facts()[other.fact].verifiable_by


def _same(kind: str, one: Given, other: Given) -> bool | None:
    """Say whether two values are one; none where their forms cannot be compared."""
    match kind:
        case "decimal" | "money" | "percent" | "integer" | "boolean+percent":
            return _same_number(kind, one.value, other.value)
        case "date":
            return _same_day(one, other)
        case "string" | "entity":
            return _same_key(reading.name_key(one.value), reading.name_key(other.value))
        case "address" | "code" | "enum":
            # One says “SAS”, the other one the code or the name in full: other words
            # are no contradiction (`form.sirene`, `mission.sirene` read them).
            return _same_key(
                " ".join(reading.words(one.value)), " ".join(reading.words(other.value))
            ) or None  # fmt: skip
        case "list[site]" | "list[certificate]":
            return None
        case _:
            return _same_key(reading.code(one.value), reading.code(other.value))


def _same_number(kind: str, stated: Any, other: Any) -> bool | None:
    first, second = reading.number(stated), reading.number(other)
    if first is None or second is None:
        return None
    if kind == "integer":
        return first == second
    if kind in {"percent", "boolean+percent"}:
        return abs(first - second) <= ONE_POINT
    return arithmetic.is_near(first, second)


def _same_day(one: Given, other: Given) -> bool | None:
    first, second = reading.day(one.value), reading.day(other.value)
    if first is None or second is None:
        return None
    return abs((first - second).days) <= DAYS.get(one.fact, 0)


def _same_key(first: str, second: str) -> bool | None:
    return first == second if first and second else None


RULES = (
    Rule(
        "sources.agree",
        1,
        tuple(key for key in catalogue.facts() if key not in OTHERWISE),
        between_sources,
        asks_others=True,
        concerns=lambda one, dossier: _better(one, dossier) is not None,
    ),
)
