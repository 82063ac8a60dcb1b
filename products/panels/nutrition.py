"""
What the section `nutrition` says, in the active language.

The Nutri-Score is a registered mark: ours is named as our own computation, in letters
of our own, and nothing about health is said of it.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from companies.levels import SourceKind, Status
from products import stored, wording
from products.drafts import Draft, Flag, Panel
from products.nutrition.scoring import DRINKS
from products.panels import nutrition_flags
from products.panels.nutrition_words import (
    ASSUMPTIONS,
    CLASSES,
    COMPONENTS,
    OF,
    REASONS,
    amount,
    label,
    percent,
)

GRADE = "nutrition.nutri_score"
EVALUATION = {"a": "good", "b": "good", "c": "average", "d": "bad", "e": "bad"}
NOVA = {
    1: ("good", gettext_noop("unprocessed or minimally processed foods")),
    2: ("neutral", gettext_noop("processed culinary ingredients")),
    3: ("average", gettext_noop("processed foods")),
    4: ("bad", gettext_noop("ultra-processed foods")),
}
# Food Standards Agency (United Kingdom), front of pack labelling, 2016: up to the
# first low, above the second high, in g per 100 g and per 100 ml.
LEVELS = {
    "fat": (("3", "17.5"), ("1.5", "8.75")),
    "saturated_fat": (("1.5", "5"), ("0.75", "2.5")),
    "sugars": (("5", "22.5"), ("2.5", "11.25")),
    "salt": (("0.3", "1.5"), ("0.3", "0.75")),
}


class _Level(NamedTuple):
    rank: int
    line: str


def panels(draft: Draft) -> list[Panel]:
    """Return what this section says, the most telling first."""
    said = (_nutri_score, _one_step, _levels, _allergens, _nova, _quality)
    return [panel for each in said for panel in each(draft)]


def words(flag: Flag) -> tuple[str, str]:
    """Return the sentence of a flag, and what follows from it."""
    return nutrition_flags.words(flag)


def _nutri_score(draft: Draft) -> Iterator[Panel]:
    document = draft.documents[GRADE]
    value = stored.mapping(document["value"])
    if _is_ours(document):
        yield _computed(document, value)
    elif document.get("reason"):
        yield _not_computed(document, value)


def _is_ours(document: dict[str, Any]) -> bool:
    """Say whether we computed it: what others state may say anything of itself."""
    source = stored.mapping(document["source"])
    return source.get("kind") == SourceKind.COMPUTED


def _computed(document: dict[str, Any], value: Any) -> Panel:
    counted = ngettext("%(n)s point", "%(n)s points", abs(value["score"])) % {
        "n": value["score"]
    }
    text = _("%(letter)s (%(points)s), on a scale from A to E.") % {
        "letter": value["grade"].upper(),
        "points": counted,
    }
    return Panel(
        "nutri_score",
        _("Nutri-Score 2023 computed by Flashsésame"),
        text,
        EVALUATION[value["grade"]],
        tuple(_how(document, value)),
        (GRADE, *document["inputs"]),
    )


def _how(document: dict[str, Any], value: Any) -> Iterator[str]:
    """Yield how a score was reached, what was assumed, and who says otherwise."""
    yield _("Scored as: %(class)s.") % {"class": _(CLASSES[value["class"]])}
    if value["class_reason"]["by"] == "ingredients":
        share = percent(value["class_reason"]["found"])
        yield _("The ingredients name %(share)s of red meat.") % {"share": share}
    yield _("Less favourable points: %(total)s (%(parts)s).") % {
        "total": value["negative"],
        "parts": _parts(value["points"], are_positive=False),
    }
    yield _("Favourable points: %(total)s (%(parts)s).") % {
        "total": value["positive"],
        "parts": _parts(value["points"], are_positive=True),
    }
    if not value["counts_proteins"]:
        yield _("Proteins do not count from so many less favourable points on.")
    for assumption in value["assumptions"]:
        yield _(ASSUMPTIONS[assumption])
    for other in document.get("discrepancy", []):
        if other["status"] == Status.KNOWN:
            yield _declared(other, value["grade"])


def _parts(points: dict[str, int], *, are_positive: bool) -> str:
    positive = {"proteins", "fiber", "fruits_vegetables_legumes"}
    return ", ".join(
        f"{_(COMPONENTS[name])} {number}"
        for name, number in points.items()
        if (name in positive) is are_positive
    )


def _declared(other: dict[str, Any], grade: str) -> str:
    source = stored.text(stored.mapping(other["source"]).get("name"))
    declared = stored.text(stored.mapping(other["value"]).get("grade")).upper()
    return _("Declared %(declared)s by %(source)s, computed %(computed)s.") % {
        "declared": declared or "?",
        "source": source or "?",
        "computed": grade.upper(),
    }


def _not_computed(document: dict[str, Any], value: Any) -> Panel:
    reason = document["reason"]
    why = _(REASONS[reason["code"]]) % {
        "fields": ", ".join(label(path) for path in reason["fields"]),
        "category": wording.readable(reason.get("category", "")),
    }
    lines: tuple[str, ...] = ()
    if declared := stored.text(value.get("grade")).upper():
        source = stored.text(stored.mapping(document["source"]).get("name"))
        lines = (
            _("Declared %(declared)s by %(source)s; we could not check it.")
            % {"declared": declared, "source": source or "?"},
        )
    fields = (GRADE, *reason["fields"])
    return Panel(
        "nutri_score",
        _("Nutri-Score 2023: not computed"),
        why,
        "unknown",
        lines,
        fields,
    )


def _one_step(draft: Draft) -> Iterator[Panel]:
    document = draft.documents[GRADE]
    value = stored.mapping(document["value"])
    if not _is_ours(document) or not value["improvements"]:
        return
    steps = [_step(one) for one in value["improvements"]]
    yield Panel(
        "nutri_score_one_step",
        _("One step from a better letter"),
        steps[0],
        "neutral",
        (
            *steps[1:],
            _(
                "All other values are held fixed: it tells how near the letter is, not "
                "how the recipe would change."
            ),
        ),
        (GRADE,),
    )


def _step(one: dict[str, str]) -> str:
    """Word one change: “0.6 g of sugars from D: 10 g at most”."""
    component = one["component"]
    current, target = Decimal(one["current"]), Decimal(one["target"])
    said = {
        "gap": amount(component, abs(current - target)),
        "of": _(OF[component]),
        "letter": one["new_grade"].upper(),
        "target": amount(component, target),
    }
    if target < current:
        return _("%(gap)s %(of)s from %(letter)s: %(target)s at most.") % said
    return _("%(gap)s %(of)s from %(letter)s: %(target)s at least.") % said


def _levels(draft: Draft) -> Iterator[Panel]:
    basis = draft.known("nutrition.basis")
    flagged = {
        path
        for flag in draft.flags
        if flag.section == "nutrition" and flag.severity == "error"
        for path in flag.fields
    }
    if basis not in ("100g", "100ml"):
        return
    # A drink is one whichever way it was weighed.
    score = stored.mapping(draft.known(GRADE))
    is_drink = basis == "100ml" or score.get("class") in DRINKS
    found = {
        path: level
        for name, limits in LEVELS.items()
        if (path := f"nutrition.{name}") not in flagged
        and (level := _level(draft, name, limits[is_drink])) is not None
    }
    if not found:
        return
    worst = max(level.rank for level in found.values())
    texts = {
        0: _("No nutrient of concern is high among those that are stated."),
        1: _("Some nutrients of concern are moderate."),
        2: _("Some nutrients of concern are high."),
    }
    yield Panel(
        "nutrient_levels",
        _("Fat, saturates, sugars and salt, %(basis)s")
        % {"basis": wording.code(str(basis))},
        texts[worst],
        ("good", "average", "bad")[worst] if len(found) == len(LEVELS) else "neutral",
        tuple(level.line for level in found.values()),
        tuple(found),
    )


def _level(draft: Draft, name: str, limits: tuple[str, str]) -> _Level | None:
    path = f"nutrition.{name}"
    value = (
        Decimal(0)
        if draft.documents[path]["status"] == Status.NONE
        else stored.number(draft.known(path))
    )
    if value is None or value < 0:
        return None
    rank = (value > Decimal(limits[0])) + (value > Decimal(limits[1]))
    how = (_("low"), _("moderate"), _("high"))[rank]
    said = {"nutrient": label(path), "amount": amount(name, value), "level": how}
    return _Level(rank, _("%(nutrient)s: %(amount)s, %(level)s") % said)


def _allergens(draft: Draft) -> Iterator[Panel]:
    path = "nutrition.allergens"
    document = draft.documents[path]
    title = _("Allergens")
    if document["status"] == Status.NONE:
        text = _("No allergen, as declared.")
        yield Panel("allergens", title, text, "neutral", (), (path,))
        return
    named = stored.texts(document["value"])
    if document["status"] == Status.KNOWN and named:
        text = _("Contains, as declared: %(allergens)s.") % {
            "allergens": ", ".join(wording.readable(one) for one in named)
        }
        yield Panel("allergens", title, text, "neutral", (), (path,))
    elif _is_food(draft):
        text = _("Not disclosed: read the package.")
        yield Panel("allergens", title, text, "unknown", (), (path,))


def _is_food(draft: Draft) -> bool:
    """Say whether the rules took it for a food: they left a score or a reason."""
    document = draft.documents[GRADE]
    return bool(document.get("reason") or document["status"] == Status.KNOWN)


def _nova(draft: Draft) -> Iterator[Panel]:
    path = "nutrition.nova_group"
    group = stored.whole(draft.known(path))
    if group not in NOVA or group is None:
        return
    evaluation, meaning = NOVA[group]
    text = _("Group %(group)s of 4: %(meaning)s.") % {
        "group": group,
        "meaning": _(meaning),
    }
    yield Panel("nova", _("Processing (NOVA)"), text, evaluation, (), (path,))


def _quality(draft: Draft) -> Iterator[Panel]:
    flags = [flag for flag in draft.flags if flag.section == "nutrition"]
    if not flags:
        return
    text = ngettext(
        "%(n)s thing does not fit in what is stated.",
        "%(n)s things do not fit in what is stated.",
        len(flags),
    ) % {"n": len(flags)}
    yield Panel(
        "nutrition_quality",
        _("Quality of the nutrition data"),
        text,
        "neutral",
        tuple(words(flag)[0] for flag in flags),
        tuple(dict.fromkeys(path for flag in flags for path in flag.fields)),
    )
