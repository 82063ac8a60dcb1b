"""
Which content coding a reader takes: RFC 9110, section 12.5.3. Pure.

The ones we have, best first: brotli makes a sheet a tenth smaller than gzip.
"""

import re
from functools import lru_cache

IDENTITY = "identity"
CODINGS = ("br", "gzip")
# Recipients treat the old name alike: section 8.4.1.3.
ALIASES = {"x-gzip": "gzip"}
LONGEST = 500
WEIGHT = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


def chosen(accepted: str) -> str:
    """
    Return the coding for a value of `Accept-Encoding`: `br`, `gzip` or `identity`.

    Who refuses all of them, the uncoded form included, is answered as though nothing
    had been said, which section 12.4.1 leaves open: it helps more than a refusal.
    """
    # What is remembered is bounded: who sends more than that has nothing to say.
    return _chosen(accepted) if len(accepted) <= LONGEST else IDENTITY


@lru_cache(maxsize=512)
def _chosen(accepted: str) -> str:
    weights = _weights(accepted)
    others = weights.get("*", 0.0)
    # Uncoded is acceptable unless it is refused, and then comes after what is named.
    plain = weights.get(IDENTITY, others if "*" in weights else 0.001)
    best, weight = IDENTITY, plain
    for coding in reversed(CODINGS):
        asked = weights.get(coding, others)
        if asked and asked >= weight:
            best, weight = coding, asked
    return best


def _weights(accepted: str) -> dict[str, float]:
    weights = {}
    for part in accepted.lower().split(","):
        name, _, parameter = (piece.strip() for piece in part.partition(";"))
        matched = WEIGHT.fullmatch(parameter.replace(" ", ""))
        if name and (matched or not parameter):
            weights[ALIASES.get(name, name)] = float(matched[1]) if matched else 1.0
    return weights
