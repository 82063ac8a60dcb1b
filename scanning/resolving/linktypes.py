"""
GS1's link types, and the ways of writing one.

Data: `gs1_linktypes.json`, from the GS1 Web Vocabulary (github.com/gs1/WebVoc, commit
f8f407b, Apache-2.0), reduced to id, address, label and status.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

NAMESPACE = "https://ref.gs1.org/voc/"
PREFIX = "gs1:"
# The vocabulary has moved; links printed with an older address must go on working.
NAMESPACES = tuple(
    f"{scheme}://{host}/voc/"
    for scheme in ("https", "http")
    for host in ("ref.gs1.org", "gs1.org", "www.gs1.org")
)
UNTP_PREFIX = "untp:"

DEFAULT = f"{NAMESPACE}defaultLink"
DEFAULT_MULTI = f"{NAMESPACE}defaultLinkMulti"
HANDLED_BY = f"{NAMESPACE}handledBy"
PIP = f"{NAMESPACE}pip"
# Said by marking a link, or by the operator: never registered as a type of its own.
RESERVED = frozenset({DEFAULT, DEFAULT_MULTI, HANDLED_BY})
# Every link of the entity, in the words of GS1 and of its predecessor.
WHOLE = frozenset({"linkset", "all"})


class LinkType(NamedTuple):
    """One entry of the vocabulary: its address and what people call it."""

    uri: str
    # By language; the English one is GS1's, the French one ours.
    labels: dict[str, str]
    is_deprecated: bool

    @property
    def short(self) -> str:
        """Return the usual way of writing it, `gs1:pip`."""
        return self.uri.replace(NAMESPACE, PREFIX)


@cache
def known() -> dict[str, LinkType]:
    """Return GS1's link types by their names, such as `pip`."""
    french = _read("link_labels_fr.json")["labels"]
    found = {}
    for entry in _read("gs1_linktypes.json")["types"]:
        name = entry["uri"].removeprefix(NAMESPACE)
        labels = {"en": entry["label"], "fr": french[name]}
        is_deprecated = entry["status"] == "deprecated"
        found[name] = LinkType(entry["uri"], labels, is_deprecated)
    return found


def in_full(given: str) -> str:
    """
    Return the address of a link type that was written in any accepted way.

    `gs1:pip`, `pip`, and the address in three namespaces are the same. What is not of
    GS1 comes back as it was given.
    """
    name = local_name(given)
    is_bare = not set(":/") & set(given)
    if is_bare or given.startswith((PREFIX, *NAMESPACES)):
        return f"{NAMESPACE}{name}"
    if given.startswith(UNTP_PREFIX) and name in known():
        return f"{NAMESPACE}{name}"
    return given


def local_name(given: str) -> str:
    """Return what follows the namespace or prefix."""
    for start in (PREFIX, UNTP_PREFIX, *NAMESPACES):
        if given.startswith(start):
            return given.removeprefix(start)
    return given


def short(uri: str) -> str:
    """Return the address as people write it, `gs1:pip`; a foreign one unchanged."""
    return uri.replace(NAMESPACE, PREFIX, 1)


def label(uri: str, language: str) -> str:
    """Return what a link type is called, or the address of a foreign one."""
    entry = known().get(uri.removeprefix(NAMESPACE))
    return entry.labels.get(language, entry.labels["en"]) if entry else uri


def twin_of(uri: str) -> LinkType | None:
    """Return the GS1 link type that a foreign one repeats under the same name."""
    name = uri.rstrip("/").replace("#", "/").rpartition("/")[2].casefold()
    return next(
        (one for key, one in known().items() if key.casefold() == name),
        None,
    )


def _read(name: str) -> dict[str, Any]:
    path = Path(__file__).with_name(name)
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
