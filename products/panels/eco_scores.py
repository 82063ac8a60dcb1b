"""What the scores of a footprint say. A leaf of this package."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from companies import wording as company_wording
from companies.levels import SourceKind, Status
from products import stored, wording
from products.drafts import Draft, Panel
from products.footprint.reading import read
from products.panels import saying

SCORE = "eco.green_score"
COST = "eco.environmental_cost"
NUMBER = "eco.environmental_cost_declaration"
VERSION = "eco.environmental_cost_version"
ESTIMATE = "eco.environmental_cost_estimate"
EVALUATIONS = {
    "a-plus": "good", "a": "good", "b": "good", "c": "average", "d": "bad", "e": "bad",
    "f": "bad",
}  # fmt: skip
GRAMS = {"GRM": Decimal(1), "KGM": Decimal(1000), "MGM": Decimal("0.001")}
TENTH = Decimal("0.1")


def letter(grade: str) -> str:
    """Return a grade as it is shown: `a-plus` is A+."""
    return grade.upper().replace("-PLUS", "+")


def green_score(draft: Draft) -> Iterator[Panel]:
    """Say the grade, who gives it, and how much of it is ignorance."""
    document = draft.documents[SCORE]
    value = stored.mapping(document["value"])
    grade = stored.text(value.get("grade"))
    if document["status"] != Status.KNOWN or not grade:
        return
    is_ours = _kind(document) == SourceKind.COMPUTED
    version = stored.text(value.get("version")) or company_wording.absent(
        Status.UNKNOWN
    )
    sentence = (
        _("Green-Score %(grade)s, computed by Flashsésame (%(version)s).")
        if is_ours
        else _("Green-Score %(grade)s, declared (%(version)s).")
    )
    yield Panel(
        "green_score",
        "Green-Score",
        sentence % {"grade": letter(grade), "version": version},
        EVALUATIONS.get(grade.casefold(), "unknown"),
        tuple(_parts(value)) if is_ours else (),
        (SCORE, "eco.ef_single_score", "eco.green_score_adjustments"),
    )


def _kind(document: Mapping[str, Any]) -> Any:
    return stored.mapping(document.get("source")).get("kind")


def _parts(value: Mapping[str, Any]) -> Iterator[str]:
    yield _("Life cycle: %(score)s of 100") % {
        "score": stored.text(value.get("lca_score"))
    }
    for code, points in stored.mapping(value.get("adjustments")).items():
        if points:
            yield f"{wording.code(code)} — {points:+d}"
    assumed = value.get("assumed") or []
    if "origins" in assumed:
        yield _("The origins are not known: that takes 5 points, and measures nothing.")
    if "packaging" in assumed:
        yield _(
            "The packaging is not known: that takes 15 points, and measures nothing."
        )


def environmental_cost(draft: Draft) -> Iterator[Panel]:
    """Say the declared points with their number, and ours as an estimate."""
    declared = stored.number(draft.known(COST))
    estimate = stored.number(draft.known(ESTIMATE))
    if declared is None and estimate is None:
        return
    lines = []
    if declared is not None:
        not_said = company_wording.absent(Status.UNKNOWN)
        lines.append(
            _("Declaration number: %(number)s")
            % {"number": stored.text(draft.known(NUMBER)) or not_said}
        )
        lines.append(
            _("Version of the method: %(version)s")
            % {"version": stored.text(draft.known(VERSION)) or not_said}
        )
        lines.extend(_per_100_g(draft, declared))
        text = _("%(points)s points declared; more points cost the environment more.")
    else:
        text = _("No points are declared; we estimate %(points)s of them.")
    if estimate is not None:
        lines.append(
            _("Estimate of Flashsésame: %(points)s points (%(version)s)")
            % {
                "points": saying.number(stored.plain(estimate)),
                "version": stored.text(draft.documents[ESTIMATE].get("version")),
            }
        )
    shown = declared if declared is not None else estimate
    assert shown is not None
    yield Panel(
        "environmental_cost",
        _("Environmental cost"),
        text % {"points": saying.number(stored.plain(shown))},
        "neutral",
        tuple(lines),
        (COST, NUMBER, ESTIMATE),
    )


def _per_100_g(draft: Draft, points: Decimal) -> Iterator[str]:
    """Points for 100 g tell more of a jumper beside a sock; only of a known mass."""
    content = read(draft).net_content
    if content is None or not content.value or content.value < 0:
        return
    if content.unit not in GRAMS:
        return
    per = points / (content.value * GRAMS[content.unit]) * 100
    if (found := stored.rounded(per, TENTH)) is not None:
        yield _("%(points)s points for 100 g") % {
            "points": saying.number(stored.plain(found))
        }
