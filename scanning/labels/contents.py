"""
What a label's symbol says: a Digital Link, an element string, or a GTIN alone.

Whatever is built here is parsed by our own parser before it is drawn, so that a label
never says another product, lot or serial than the one that was asked for.
"""

from typing import NamedTuple

from products.links import digital_link
from scanning import codes
from scanning.codes import digital_links, element_strings
from scanning.codes.parsed import Pair

# The 45 characters of a QR code's alphanumeric mode (ISO/IEC 18004, table 5).
ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
LOT, SERIAL = "10", "21"
# What people may read beside the symbol.
LINES = ("name", "gtin", "lot", "serial")


class Identity(NamedTuple):
    """What one label is for: a product, perhaps a lot of it, perhaps one item."""

    gtin: str
    lot: str = ""
    serial: str = ""

    @property
    def pairs(self) -> list[Pair]:
        """Return identifiers and values, those that it has."""
        named = (("01", self.gtin), (LOT, self.lot), (SERIAL, self.serial))
        return [(ai, value) for ai, value in named if value]

    @property
    def path(self) -> str:
        """Return the path of its Digital Link, values percent-encoded."""
        return digital_links.write_path(self.pairs)

    @property
    def element_string(self) -> str:
        """Return its element string, application identifiers in brackets."""
        return "".join(f"({ai}){_escaped(value)}" for ai, value in self.pairs)

    @property
    def message(self) -> bytes:
        """Return what a reader sends for the element string, FNC1 as in GS1's rules."""
        written = element_strings.write(self.pairs)
        return written.removeprefix(element_strings.FNC1).encode("ascii")


def refusal(identity: Identity) -> str | None:
    """
    Return why no label may say this, as a stable word, or none when it may.

    The words are the parser's reasons, or the kind of number that it found, such as
    `rcn` for a number of one shop only.
    """
    parsed = codes.parse(f"https://id.gs1.org{identity.path}")
    if parsed.gtin14 is None:
        return parsed.reason or parsed.kind
    said = (parsed.gtin14, parsed.lot or "", parsed.serial or "")
    return None if said == identity and parsed.key == identity.path else "changed"


def printed_link(gtin: str, lot: str = "", serial: str = "") -> str:
    """
    Return the Digital Link as it is printed: scheme and host in capitals.

    A path of digits and capitals then fits the QR code's alphanumeric mode, which needs
    a third fewer modules; both parts read the same in any case.
    """
    return printed(stem(), Identity(gtin, lot, serial))


def stem() -> str:
    """Return what stands in front of every printed path: where codes lead to."""
    address = digital_link("").removesuffix("/01/")
    host_only = address.count("/") == 2
    return address.upper() if host_only else address


def printed(link_stem: str, identity: Identity) -> str:
    """Return the printed link of `identity` under a stem."""
    return f"{link_stem}{identity.path}"


def fits_alphanumeric(text: str) -> bool:
    """Say whether a QR code may use its alphanumeric mode for the whole text."""
    return ALPHANUMERIC.issuperset(text)


def retail_number(gtin: str) -> str | None:
    """
    Return the 13, 12 or 8 digits under the bars of a 14-digit GTIN.

    None when the number is a case's, for which shops have no bars (ITF-14 is another
    symbol, on cardboard).
    """
    for zeros, length in (("000000", 8), ("00", 12), ("0", 13)):
        if gtin.startswith(zeros):
            return gtin[-length:]
    return None


def _escaped(value: str) -> str:
    """Escape what an encoder would take for the brackets of an identifier."""
    return value.replace("(", r"\(").replace(")", r"\)")
