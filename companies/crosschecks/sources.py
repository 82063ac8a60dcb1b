"""
Who says what: which register answered about this company, and who repeats whom.

Nothing verifies itself: what a register says is not compared with that register, and
an answer that only repeats the company's own word is no independent source.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from companies.crosschecks import reading
from companies.crosschecks.given import Dossier, Finding, Given
from companies.crosschecks.outcomes import inconclusive, not_applicable

KNOWN = "known"
REGISTER = "register"
# The best source first; a company's own word is none.
INDEPENDENT_KINDS = ("register", "laboratory", "certifier", "community")
FRENCH_REGISTERS = ("sirene", "demonstration")
GLEIF = "gleif"
NAMES = {
    "sirene": ("SIRENE", "SIRENE"),
    "gleif": ("GLEIF", "GLEIF"),
    "demonstration": (
        "Registre de démonstration (fictif)",
        "Demonstration register (fictitious)",
    ),
}
# Words by which the name of a statement's source says which register it quotes.
MARKS = {
    "sirene": {"sirene", "insee", "entreprises", "recherche"},
    "gleif": {"gleif"},
    "demonstration": {"demonstration", "fictif", "fictitious"},
}
# Under which numbers a register knows a company: one of them must be stated.
OWN_NUMBERS = ("siren", "lei", "registered_as")
# GLEIF's word for what nobody compared with a register.
UNCORROBORATED = "ENTITY_SUPPLIED_ONLY"


class Answer(NamedTuple):
    """What one register says of this company."""

    register: str
    content: Mapping[str, Any]

    @property
    def fr(self) -> str:
        """Return the register's name in French."""
        return NAMES[self.register][0]

    @property
    def en(self) -> str:
        """Return the register's name in English."""
        return NAMES[self.register][1]

    @property
    def is_independent(self) -> bool:
        """Say whether somebody else than the company vouches for the answer."""
        return self.content.get("corroboration") != UNCORROBORATED

    def masks(self, *names: str) -> bool:
        """Say whether one of these parts may not be published."""
        masked = self.content.get("masked")
        return isinstance(masked, list | tuple) and any(one in masked for one in names)


AnswerRule = Callable[[Given, Answer, Dossier], Finding]


def known(dossier: Dossier, fact: str) -> Iterator[Given]:
    """Yield the statements of a fact that have a value."""
    return (one for one in dossier.facts.get(fact, ()) if one.status == KNOWN)


def rank(one: Given) -> int:
    """Return how good a source is; the company itself, and what we compute, is last."""
    kind = one.source_kind
    if kind not in INDEPENDENT_KINDS:
        return 0
    return len(INDEPENDENT_KINDS) - INDEPENDENT_KINDS.index(kind)


def beside(one: Given, dossier: Dossier, fact: str) -> Given | None:
    """
    Return the statement of another fact that belongs beside this one, or none.

    The same kind of source comes first, for it counted in the same way; then the best.
    """
    return max(
        known(dossier, fact),
        key=lambda other: (
            other.source_kind == one.source_kind,
            other.year == one.year,
            rank(other),
            other.id,
        ),
        default=None,
    )


def against_french_register(judge: AnswerRule) -> Callable[[Given, Dossier], Finding]:
    """Give a rule what the French register, or the fictitious one, answered."""
    return _against(FRENCH_REGISTERS, judge)


def against_gleif(judge: AnswerRule) -> Callable[[Given, Dossier], Finding]:
    """Give a rule what GLEIF answered about this company."""
    return _against((GLEIF,), judge)


def said_here(dossier: Dossier, fact: str) -> list[Given]:
    """
    Return the statements of a fact that no register made.

    A register that is asked for a number states that number: an echo, which ties
    nothing to this company.
    """
    return [one for one in known(dossier, fact) if one.source_kind != REGISTER]


def numbers(dossier: Dossier, fact: str) -> set[str]:
    """Return the numbers stated here; a register's own only where there is no other."""
    stated = said_here(dossier, fact) or known(dossier, fact)
    return {reading.code(one.value) for one in stated} - {""}


def names(dossier: Dossier) -> set[str]:
    """Return the legal names stated here, as they compare."""
    return {reading.name_key(one.value) for one in said_here(dossier, "legal_name")} - {
        ""
    }


def answer_about(
    one: Given, dossier: Dossier, registers: tuple[str, ...]
) -> Answer | Finding:
    """Return what a register says of this very company, or why it says nothing."""
    found = _answer(dossier, registers)
    if found is None:
        return _silent(*NAMES[registers[0]])
    if _quotes(one, found.register):
        return _itself(found)
    if found.content.get("is_absent"):
        return _unknown(found)
    asked = {reading.code(found.content.get(key)) for key in OWN_NUMBERS} - {""}
    if asked and not asked & (
        numbers(dossier, "lei") | numbers(dossier, "national_id")
    ):
        return _other_company(found, min(asked))
    return found


def _against(
    registers: tuple[str, ...], judge: AnswerRule
) -> Callable[[Given, Dossier], Finding]:
    def judged(one: Given, dossier: Dossier) -> Finding:
        found = answer_about(one, dossier, registers)
        return judge(one, found, dossier) if isinstance(found, Answer) else found

    return judged


def _answer(dossier: Dossier, registers: tuple[str, ...]) -> Answer | None:
    for register in registers:
        content = reading.mapping(dossier.registers.get(register))
        if content:
            return Answer(register, content)
    return None


def _quotes(one: Given, register: str) -> bool:
    """Say whether a statement comes from this register, as far as one can know."""
    if one.source_kind != REGISTER:
        return False
    said = set(reading.words(one.source_name))
    named = [key for key, marks in MARKS.items() if marks & said]
    return not named or register in named


def _silent(register_fr: str, register_en: str) -> Finding:
    return inconclusive(
        f"{register_fr} n’a pas encore répondu.",
        f"{register_en} has not answered yet.",
    )


def _itself(found: Answer) -> Finding:
    return not_applicable(
        f"{found.fr} ne se vérifie pas soi-même.",
        f"{found.en} does not verify itself.",
    )


def _unknown(found: Answer) -> Finding:
    # The French register does not give out everybody it knows.
    return inconclusive(
        f"{found.fr} : entreprise inconnue, ou non diffusée.",
        f"{found.en}: company unknown, or not given out.",
    )


def _other_company(found: Answer, number: str) -> Finding:
    return inconclusive(
        f"{found.fr} : la dernière réponse porte sur un autre numéro,"
        f" {reading.short(number, 30)}.",
        f"{found.en}: the last answer is about another number,"
        f" {reading.short(number, 30)}.",
        asked=number,
    )


def vouches(other: Given, one: Given) -> bool:
    """Say whether `other` is the word of somebody better placed than `one`'s source."""
    return rank(other) > rank(one) and other.source_kind != INDEPENDENT_KINDS[-1]
