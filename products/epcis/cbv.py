"""
The words of the Core Business Vocabulary 2.0, and the three ways of writing them. Pure.

`urn:epcglobal:cbv:bizstep:shipping`, `https://ref.gs1.org/cbv/BizStep-shipping`,
`cbv:BizStep-shipping` and `shipping` are one word; events are kept with the last.
"""

import json
import re
from pathlib import Path

CBV = "https://ref.gs1.org/cbv/"
VOC = "https://gs1.org/voc/"

# Of each kind of word: what its Web URI begins with, and its part of a URN.
KINDS = {
    "bizStep": (f"{CBV}BizStep-", "bizstep"),
    "disposition": (f"{CBV}Disp-", "disp"),
    "bizTransactionType": (f"{CBV}BTT-", "btt"),
    "sourceDestType": (f"{CBV}SDT-", "sdt"),
    "component": (f"{CBV}Comp-", "comp"),
    "errorReason": (f"{CBV}ER-", "er"),
    "measurement": (VOC, ""),
    "alert": (VOC, ""),
}
_URN = {part: uri for uri, part in KINDS.values() if part}
_CBV_URN = re.compile(r"urn:epcglobal:cbv:([a-z]+):([A-Za-z0-9_-]+)")
_CBV_HOME = re.compile(
    r"https?://(?:ref|ns|www)[.]gs1[.]org/cbv/(?=[A-Z])|cbv:(?=[A-Z])"
)
_VOC_HOME = re.compile(
    r"https?://(?:www[.])?gs1[.]org/voc/|https?://(?:ref|ns)[.]gs1[.]org/voc/|gs1:"
)

_DATA = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
# Of each kind that shoppers read, the labels of its words in `fr` and `en`.
LABELS: dict[str, dict[str, dict[str, str]]] = _DATA["labels"]
WORDS: dict[str, frozenset[str]] = {
    kind: frozenset(words) for kind, words in {**LABELS, **_DATA["words"]}.items()
}


def uri(text: str) -> str:
    """Return a CBV or GS1 term as its Web URI; any other text as it is."""
    if matched := _CBV_URN.fullmatch(text):
        part, word = matched.groups()
        return f"{_URN[part]}{word}" if part in _URN else text
    if matched := _CBV_HOME.match(text):
        return CBV + text[matched.end() :]
    if matched := _VOC_HOME.match(text):
        return VOC + text[matched.end() :]
    return text


def word(kind: str, text: str) -> str:
    """
    Return a word of this kind without its home; somebody's own URI as it is.

    GS1's web vocabulary grows by itself: a term that we do not know keeps its home.
    """
    text = text.strip()
    home = KINDS[kind][0]
    bare = uri(text).removeprefix(home)
    return text if home == VOC and bare not in WORDS[kind] else bare


def word_uri(kind: str, text: str) -> str:
    """Return a bare word of this kind, or any of its forms, as its Web URI."""
    text = text.strip()
    return f"{KINDS[kind][0]}{text}" if ":" not in text else uri(text)
