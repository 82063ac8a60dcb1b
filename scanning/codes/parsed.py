"""What a code turned out to be. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

# One Application Identifier and its value, such as ("10", "LOT1").
Pair = tuple[str, str]

NOTHING: Mapping[str, str | bool] = MappingProxyType({})


class Parsed(NamedTuple):
    """
    What a code is.

    Kinds: `gtin` (bare digits), `gs1` (element string), `dl` (Digital Link), `sscc`
    (logistic unit), `rcn` (in-store number), `coupon`, `refund_receipt`, `text`,
    `empty`, `invalid`.

    `gtin14` is set when the code names a product: 14 ASCII digits with a right check
    digit. `key` is the canonical key of what it names, as the path of a Digital Link,
    values percent-encoded: `/01/{gtin14}[/22/…][/10/…][/21/…]`, `/01/{gtin14}/235/…`,
    `/414/{gln}[/254/…]`. `ais` holds all pairs as they were read, GTIN padded to 14.
    `digital_link` is the canonical link: `https://id.gs1.org`, key, attributes sorted.
    `warnings` are stable words for what was tolerated. `reason` says why a code is
    invalid, `expected_check` which check digit would have been right. `details` holds
    what else is known: `upc_a`, `isbn13`, `isbn10`, `issn`, `ismn`, `indicator`,
    `base_gtin`, `scope`, `sscc`, `demo`…
    """

    kind: str
    raw: str
    gtin14: str | None = None
    key: str | None = None
    ais: tuple[Pair, ...] = ()
    digital_link: str | None = None
    symbology: str | None = None
    warnings: tuple[str, ...] = ()
    reason: str | None = None
    expected_check: str | None = None
    details: Mapping[str, str | bool] = NOTHING

    def as_document(self) -> dict[str, object]:
        """Return all that is known, under the names above, details among them."""
        return {
            **self.details,
            "kind": self.kind,
            "gtin14": self.gtin14,
            "key": self.key,
            "ais": [list(pair) for pair in self.ais],
            "digital_link": self.digital_link,
            "symbology": self.symbology,
            "warnings": list(self.warnings),
            "reason": self.reason,
            "expected_check": self.expected_check,
            "lot": self.lot,
            "serial": self.serial,
        }

    def value_of(self, ai: str) -> str | None:
        """Return the value of an Application Identifier, or none."""
        return next((value for name, value in self.ais if name == ai), None)

    @property
    def lot(self) -> str | None:
        """The batch or lot, AI 10."""
        return self.value_of("10")

    @property
    def serial(self) -> str | None:
        """The serial number, AI 21."""
        return self.value_of("21")
