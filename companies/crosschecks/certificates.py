"""Labels: said in full, in force today, and their documents kept."""

from collections.abc import Mapping
from typing import Any

from companies.crosschecks import reading
from companies.crosschecks.given import Dossier, Finding, Given, Rule
from companies.crosschecks.outcomes import agree, disagree, inconclusive, missing

Label = Mapping[str, Any]
# What a certificate says, and under which names companies give it.
PARTS = {
    "scheme": ("scheme", "name"),
    "issuer": ("issuer",),
    "id": ("id", "number"),
    "scope": ("scope",),
    "valid_from": ("valid_from",),
    "valid_until": ("valid_until", "valid_to"),
}


def _part(label: Label, key: str) -> Any:
    return next((label[name] for name in PARTS[key] if label.get(name)), None)


def _name(label: Label) -> str:
    return reading.short(_part(label, "scheme"), 40) or "?"


def complete(one: Given, _: Dossier) -> Finding:
    """Ask for issuer, number, scope and dates of each label."""
    labels = reading.entries(one.value)
    if not labels:
        return missing("la liste des labels", "the list of labels is")
    for label in labels:
        absent = [key for key in PARTS if _part(label, key) is None]
        if absent:
            return inconclusive(
                f"{_name(label)} : il manque {_FR[absent[0]]}.",
                f"{_name(label)}: {_EN[absent[0]]} missing.",
                label=_name(label),
                missing=absent,
            )
    return agree(
        f"Labels : {len(labels)}, décrits en entier.",
        f"Labels: {len(labels)}, described in full.",
        labels=len(labels),
    )


_FR = {
    "scheme": "le nom du label",
    "issuer": "l’organisme",
    "id": "le numéro",
    "scope": "le périmètre",
    "valid_from": "le début de validité",
    "valid_until": "la fin de validité",
}
_EN = {
    "scheme": "name of the label",
    "issuer": "issuer",
    "id": "number",
    "scope": "scope",
    "valid_from": "start of validity",
    "valid_until": "end of validity",
}


def dates(one: Given, dossier: Dossier) -> Finding:
    """Look whether each label is in force today."""
    labels = reading.entries(one.value)
    if not labels:
        return missing("la liste des labels", "the list of labels is")
    unread = 0
    for label in labels:
        start = reading.day(_part(label, "valid_from"))
        end = reading.day(_part(label, "valid_until"))
        inputs: dict[str, Any] = {
            "label": _name(label),
            "valid_from": start,
            "valid_until": end,
        }
        if end is not None and end < dossier.today:
            return disagree(
                f"{_name(label)} : échu depuis le {end}.",
                f"{_name(label)}: expired on {end}.",
                **inputs,
            )
        if start is not None and start > dossier.today:
            return disagree(
                f"{_name(label)} : valable seulement à partir du {start}.",
                f"{_name(label)}: valid only from {start}.",
                **inputs,
            )
        unread += start is None or end is None
    if unread:
        return missing("une date de validité", "a date of validity is", labels=unread)
    return agree(
        f"Labels : {len(labels)}, en cours de validité.",
        f"Labels: {len(labels)}, in force.",
        labels=len(labels),
    )


def document(one: Given, _: Dossier) -> Finding:
    """Look whether the document that each label names by its digest is kept."""
    labels = reading.entries(one.value)
    named = {
        _name(label): reading.code(label.get("sha256")).lower()
        for label in labels
        if label.get("sha256")
    }
    kept = {digest.lower() for digest in one.evidence}
    if wrong := [name for name, digest in named.items() if digest not in kept]:
        return disagree(
            f"{wrong[0]} : le document nommé n’est pas joint.",
            f"{wrong[0]}: the document named is not attached.",
            missing=wrong[:10],
        )
    if not named and len(kept) < max(len(labels), 1):
        return missing(
            "un document par label", "one document for each label is",
            labels=len(labels), documents=len(kept),
        )  # fmt: skip
    return agree(
        f"Documents joints : {len(kept)}.",
        f"Documents attached: {len(kept)}.",
        labels=len(labels),
        documents=sorted(kept),
    )


RULES = (
    Rule("labels.complete", 1, ("labels",), complete),
    Rule("labels.dates", 1, ("labels",), dates),
    Rule("labels.document", 1, ("labels",), document),
)
