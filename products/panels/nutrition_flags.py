"""What does not fit in a nutrition declaration, and what follows, in sentences."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from products import wording
from products.drafts import Flag
from products.panels.nutrition_words import label, number, percent

KCAL = "nutrition.energy_kcal"


def words(flag: Flag) -> tuple[str, str]:
    """Return the sentence of a flag, and what follows from it."""
    return _WORDS[flag.rule.partition(".")[2]](flag)


def _fields(flag: Flag) -> str:
    return ", ".join(label(path) for path in flag.fields)


def _named(flag: Flag) -> dict[str, str]:
    """Return the field and the numbers of a flag, worded."""
    unit = {"nutrition.energy_kj": "kJ", KCAL: "kcal"}.get(flag.fields[0], "g")
    return {
        "fields": _fields(flag),
        "unit": unit,
        **{
            key: number(flag.values[key])
            for key in ("value", "stated", "computed", "part", "whole", "pack", "most")
            if key in flag.values
        },
    }


def _no_score() -> str:
    return _("No Nutri-Score is computed from impossible values.")


def _negative(flag: Flag) -> tuple[str, str]:
    return (
        _("%(fields)s: %(value)s %(unit)s, and there is no less than nothing.")
        % _named(flag),
        _no_score(),
    )


def _over_105(flag: Flag) -> tuple[str, str]:
    return (
        _("%(fields)s: %(value)s g in 100, more than there can be.") % _named(flag),
        _no_score(),
    )


def _over_100_pct(flag: Flag) -> tuple[str, str]:
    said = {**_named(flag), "value": percent(flag.values["value"])}
    return _("%(fields)s: %(value)s, more than the whole.") % said, _no_score()


def _total(flag: Flag) -> tuple[str, str]:
    return (
        _("%(fields)s: together %(value)s g in 100, more than there can be.")
        % _named(flag),
        _no_score(),
    )


def _energy(flag: Flag) -> tuple[str, str]:
    return (
        _("%(fields)s: %(value)s %(unit)s in 100, more than pure fat has.")
        % _named(flag),
        _no_score(),
    )


def _energy_mismatch(flag: Flag) -> tuple[str, str]:
    sentence = _(
        "%(fields)s: %(stated)s %(unit)s stated, and %(computed)s %(unit)s follow "
        "from the nutrients."
    ) % _named(flag)
    grade, other = flag.values.get("grade"), flag.values.get("other_grade")
    if not grade or not other:
        return sentence, _("The energy and the nutrients are to be taken with care.")
    if grade == other:
        return sentence, _(
            "The Nutri-Score is to be taken with care; with the computed energy it has "
            "the same letter."
        )
    return sentence, _(
        "The Nutri-Score is to be taken with care: with the computed energy it would "
        "be %(letter)s."
    ) % {"letter": other.upper()}


def _part(flag: Flag) -> tuple[str, str]:
    return (
        _("%(fields)s: the part (%(part)s g) exceeds the whole (%(whole)s g).")
        % _named(flag),
        _no_score(),
    )


def _salt(flag: Flag) -> tuple[str, str]:
    said = {key: number(flag.values[key]) for key in ("salt", "sodium")}
    return (
        _("%(salt)s g of salt do not match %(sodium)s g of sodium.") % said,
        _("The salt is used, and the sodium is not."),
    )


def _quantity(flag: Flag) -> tuple[str, str]:
    return (
        _("%(fields)s: %(value)s g or ml, which is unusual for a food.") % _named(flag),
        _("What is computed for a whole package is to be taken with care."),
    )


def _serving(flag: Flag) -> tuple[str, str]:
    return (
        _("%(fields)s: %(value)s g or ml, which is unusual for a serving.")
        % _named(flag),
        _("What is stated for a serving is to be taken with care."),
    )


def _serving_and_pack(flag: Flag) -> tuple[str, str]:
    return (
        _("A serving of %(value)s g or ml does not fit a package of %(pack)s g or ml.")
        % _named(flag),
        _("What is stated for a serving is to be taken with care."),
    )


def _claim(flag: Flag) -> tuple[str, str]:
    said = {
        **_named(flag),
        "claim": wording.readable(flag.values["claim"]),
        "nutrient": label(flag.fields[-1]),
    }
    return (
        _("“%(claim)s” allows %(most)s g, and %(value)s g are stated: %(nutrient)s.")
        % said,
        _claim_with_care(),
    )


def _claim_with_care() -> str:
    return _("The claim or the value is to be taken with care.")


def _added_sugar(flag: Flag) -> tuple[str, str]:
    said = {
        "claim": wording.readable(flag.values["claim"]),
        "ingredient": flag.values["ingredient"],
    }
    return (
        _("“%(claim)s” is claimed, and the ingredients name: %(ingredient)s.") % said,
        _("The claim is to be taken with care."),
    )


def _omega_3(flag: Flag) -> tuple[str, str]:
    said = {"claim": wording.readable(flag.values["claim"])}
    return (
        _(
            "“%(claim)s” asks for 0.3 g of alpha-linolenic acid or 0.04 g of EPA and "
            "DHA, and less is stated."
        )
        % said,
        _claim_with_care(),
    )


def _three_equal(flag: Flag) -> tuple[str, str]:
    return (
        _("The same amount, %(value)s g, is stated for: %(fields)s.") % _named(flag),
        _("One of them may have been copied: they are to be taken with care."),
    )


def _categories(flag: Flag) -> tuple[str, str]:
    said = {key: wording.readable(flag.values[key]) for key in ("first", "second")}
    return (
        _("The categories “%(first)s” and “%(second)s” exclude each other.") % said,
        _("The class of the Nutri-Score depends on them: it is to be taken with care."),
    )


def _grade(flag: Flag) -> tuple[str, str]:
    said = {key: flag.values.get(key) or "?" for key in ("declared", "computed", "by")}
    return (
        _("Declared %(declared)s by %(by)s, computed %(computed)s (Nutri-Score 2023).")
        % said,
        _(
            "Both are shown. The declared letter may be of the former method, or rest "
            "on other values: whoever declared it may answer."
        ),
    )


_WORDS: dict[str, Callable[[Flag], tuple[str, str]]] = {
    "negative": _negative,
    "over_105_g": _over_105,
    "over_100_pct": _over_100_pct,
    "total_over_105_g": _total,
    "energy_over_3800_kj": _energy,
    "energy_mismatch": _energy_mismatch,
    "part_over_whole": _part,
    "salt_mismatch": _salt,
    "quantity": _quantity,
    "serving": _serving,
    "serving_and_pack": _serving_and_pack,
    "claim_mismatch": _claim,
    "added_sugar": _added_sugar,
    "omega_3": _omega_3,
    "three_equal": _three_equal,
    "incompatible_categories": _categories,
    "grade_mismatch": _grade,
}
