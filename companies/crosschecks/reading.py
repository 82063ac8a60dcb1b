"""
Reading values of any shape: what was stated, or what a register answered.

Nothing here raises. What cannot be read is missing, and a rule that misses an input is
inconclusive.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

# Beyond it, a sum of several would no longer be exact.
LARGEST = Decimal(10) ** 18
MOST_DECIMALS = 24
NUMBER = re.compile(r"[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,3})?")
# What registers write in place of what may not be published.
MASKED = "NON-DIFFUSIBLE"
_FORMS = """
sa sas sasu sarl eurl snc sca scs sci scop scic gie selarl selas earl gaec
gmbh ag kg kgaa ohg ug se ltd limited plc llp llc inc incorporated corp corporation co
company bv nv vof srl srls spa sl slu sapa ab oy oyj aps lda asa
societe anonyme par actions simplifiee unipersonnelle responsabilite limitee cooperative
"""
LEGAL_FORMS = frozenset(_FORMS.split())
# In front of a name only these are a form: “AB Services” is not “Services”.
LEADING_FORMS = LEGAL_FORMS & {
    "sa", "sas", "sasu", "sarl", "eurl", "snc", "sca", "sci", "scop", "scic",
    "societe", "anonyme",
}  # fmt: skip


def number(value: Any) -> Decimal | None:
    """Return a number, or none: texts, whole numbers and floats of a register."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    text = str(value).strip().removesuffix("%").rstrip().replace(",", ".")
    if len(text) > 60 or not NUMBER.fullmatch(text):
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    exponent = found.as_tuple().exponent
    if abs(found) >= LARGEST or not isinstance(exponent, int):
        return None
    return found if exponent >= -MOST_DECIMALS else None


def numbers(value: Any) -> dict[str, Decimal] | None:
    """Return numbers by name, or none when one of them cannot be read."""
    found = {name: number(one) for name, one in mapping(value).items()}
    read = {name: one for name, one in found.items() if one is not None}
    return read if read and len(read) == len(found) else None


def text(value: Any) -> str:
    """Return a text without edges, empty when there is none or it is masked."""
    if not isinstance(value, str) or MASKED in value.upper():
        return ""
    return " ".join(value.replace("\x00", " ").split())


def short(value: Any, length: int = 60) -> str:
    """Return a text that fits into a sentence."""
    found = text(value)
    return found if len(found) <= length else f"{found[: length - 1]}…"


def day(value: Any) -> date | None:
    """Return a day, ISO 8601, or none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(text(value)[:10])
    except ValueError:
        return None


def country(value: Any) -> str:
    """Return the two letters of a country, or nothing."""
    found = text(value).upper()
    return found if len(found) == 2 and found.isascii() and found.isalpha() else ""


def code(value: Any) -> str:
    """Return an identifier without spaces, dots and dashes, in capitals."""
    found = str(value) if isinstance(value, int) else text(value)
    return re.sub(r"[\s.\-_/]", "", found).upper()


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object with text keys, empty for anything else."""
    if not isinstance(value, Mapping):
        return {}
    return {key: item for key, item in value.items() if isinstance(key, str)}


def entries(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a list; an entry that is a text has only a name."""
    if not isinstance(value, list | tuple):
        return []
    return [
        {"name": one} if isinstance(one, str) else mapping(one)
        for one in value
        if isinstance(one, str | Mapping)
    ]


def words(value: Any) -> list[str]:
    """Return the words of a text, in small letters without accents."""
    plain_letters = unicodedata.normalize("NFKD", text(value).casefold())
    letters = "".join(one for one in plain_letters if not unicodedata.combining(one))
    return re.findall(r"\w+", letters.replace("&", " et ").replace("œ", "oe"))


def name_key(value: Any) -> str:
    """Return what two writings of one company's name have in common."""
    # “S.A.S.” is three letters with dots.
    found = words(re.sub(r"(?<=\b\w)\.(?=\w?\b)", "", text(value)))
    while len(found) > 1 and found[-1] in LEGAL_FORMS:
        found.pop()
    while len(found) > 1 and found[0] in LEADING_FORMS:
        found.pop(0)
    return " ".join(found)


def city_key(value: Any) -> str:
    """Return what two writings of one town have in common: no cedex, no district."""
    found = words(value)
    if "cedex" in found:
        found = found[: found.index("cedex")]
    long_form = {"st": "saint", "ste": "sainte"}
    return " ".join(
        long_form.get(one, one)
        for one in found
        if one != "arrondissement" and not re.fullmatch(r"[0-9]+(er|e|eme)?", one)
    )


def plain(value: Any) -> Any:
    """Return a value as JSON can be published: decimals as texts, dates ISO 8601."""
    match value:
        case None | bool() | str():
            return value
        case int() if -(2**53) < value < 2**53:
            return value
        case int() | float():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(one) for key, one in value.items()}
        case Iterable():
            return [plain(one) for one in value]
        case _:
            return str(value)
