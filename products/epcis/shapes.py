"""
The shape of each field of an event, as data with the functions that check it. Pure.

Our own reading of EPCIS 2.0, section 7, and CBV 2.0. A check notes every error that it
finds at the path it is given, and never raises.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from products.epcis import cbv, identifiers, instants
from products.epcis.problems import Problems

Check = Callable[[Any, str, Problems], None]

UNIT = re.compile(r"[A-Z0-9]{2,3}")
HEXADECIMAL = re.compile(r"[A-Fa-f0-9]+")
ACTIONS = ("ADD", "OBSERVE", "DELETE")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Shape(NamedTuple):
    """An object: its fields, those that it must have, and whether it takes others."""

    fields: Mapping[str, Check]
    required: tuple[str, ...] = ()
    is_open: bool = True


def inside(path: str, name: str) -> str:
    """Return the path of a member: `$.readPoint.id`, `$.ilmd['example:size']`."""
    if _PLAIN_NAME.fullmatch(name):
        return f"{path}.{name}"
    return f"{path}['{name[:60]}']"


def text(value: Any, path: str, problems: Problems) -> None:
    """Ask for a text."""
    if not isinstance(value, str):
        problems.add(path, "not_a_text")


def number(value: Any, path: str, problems: Problems) -> None:
    """Ask for a number; `true` is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        problems.add(path, "not_a_number")


def quantity(value: Any, path: str, problems: Problems) -> None:
    """Ask for a number that is not negative."""
    before = problems.count()
    number(value, path, problems)
    if problems.count() == before and value < 0:
        problems.add(path, "negative_quantity", value=value)


def rank(value: Any, path: str, problems: Problems) -> None:
    """Ask for a percentile, 0 to 100."""
    before = problems.count()
    number(value, path, problems)
    if problems.count() == before and not 0 <= value <= 100:
        problems.add(path, "out_of_range", value=value)


def deviation(value: Any, path: str, problems: Problems) -> None:
    """Ask for a standard deviation, which is never negative."""
    before = problems.count()
    number(value, path, problems)
    if problems.count() == before and value < 0:
        problems.add(path, "out_of_range", value=value)


def boolean(value: Any, path: str, problems: Problems) -> None:
    """Ask for true or false."""
    if not isinstance(value, bool):
        problems.add(path, "not_a_boolean")


def hexadecimal(value: Any, path: str, problems: Problems) -> None:
    """Ask for hexadecimal digits."""
    if not isinstance(value, str) or not HEXADECIMAL.fullmatch(value):
        problems.add(path, "not_hexadecimal")


def unit(value: Any, path: str, problems: Problems) -> None:
    """Ask for a unit code of UNECE Recommendation 20."""
    if not isinstance(value, str) or not UNIT.fullmatch(value):
        problems.add(path, "not_a_unit", value=value)


def instant(value: Any, path: str, problems: Problems) -> None:
    """Ask for an instant with its offset."""
    try:
        instants.instant(value if isinstance(value, str) else "")
    except ValueError:
        problems.add(path, "not_an_instant", value=value)


def offset(value: Any, path: str, problems: Problems) -> None:
    """Ask for an offset from UTC."""
    if not isinstance(value, str) or not instants.OFFSET.fullmatch(value):
        problems.add(path, "not_an_offset", value=value)


def uri(value: Any, path: str, problems: Problems) -> None:
    """Ask for a URI."""
    if not isinstance(value, str) or not is_uri(value):
        problems.add(path, "not_a_uri", value=value)


def is_uri(value: str) -> bool:
    """Say whether a text is an absolute URI of a bearable length."""
    return (
        len(value) <= identifiers.MAX_LENGTH
        and identifiers.URI.fullmatch(value) is not None
    )


def identifier(value: Any, path: str, problems: Problems) -> None:
    """Ask for a URI whose GS1 key, where it has one, is well formed."""
    before = problems.count()
    uri(value, path, problems)
    if problems.count() == before and identifiers.thing(value) is None:
        problems.add(path, "malformed_identifier", value=value)


def action(value: Any, path: str, problems: Problems) -> None:
    """Ask for ADD, OBSERVE or DELETE."""
    if value not in ACTIONS:
        problems.add(path, "unknown_action", value=value)


def word(kind: str) -> Check:
    """Return a check for a word of CBV, or a URI of somebody's own vocabulary."""

    def check(value: Any, path: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.add(path, "not_a_text")
        elif value not in cbv.WORDS[kind] and not is_uri(value):
            # Also a term of CBV that CBV does not have: it was made bare before.
            problems.add(path, "unknown_word", value=value, name=kind)

    return check


def list_of(item: Check, *, unique: bool = False, least: int = 0) -> Check:
    """Return a check for a list of what `item` checks."""

    def check(value: Any, path: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.add(path, "not_a_list")
            return
        if len(value) < least:
            problems.add(path, "empty_list")
        seen: set[str] = set()
        for position, one in enumerate(value):
            item(one, f"{path}[{position}]", problems)
            if unique and isinstance(one, str):
                if one in seen:
                    problems.add(f"{path}[{position}]", "duplicate_item", value=one)
                seen.add(one)

    return check


def one_or_list_of(item: Check) -> Check:
    """Return a check for one value or a list of them."""
    many = list_of(item)
    return lambda value, path, problems: (many if isinstance(value, list) else item)(
        value, path, problems
    )


def object_of(shape: Shape) -> Check:
    """Return a check for an object of this shape."""

    def check(value: Any, path: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.add(path, "not_an_object")
            return
        members(value, shape, path, problems)

    return check


def members(
    value: Mapping[str, Any], shape: Shape, path: str, problems: Problems
) -> None:
    """Check the members of an object against its shape."""
    for name in shape.required:
        if name not in value:
            problems.add(path, "missing", name=name)
    for name, inner in value.items():
        if name in shape.fields:
            shape.fields[name](inner, inside(path, name), problems)
        elif not shape.is_open or not _is_own_name(name):
            problems.add(inside(path, name), "unknown_field", name=name)


def _is_own_name(name: str) -> bool:
    """Say whether a name has a prefix, or is a comment as JSON files have them."""
    return ":" in name.strip(":") or name.startswith("_")


def own_fields(value: Any, path: str, problems: Problems) -> None:
    """Ask for an object whose every name has a prefix: master data of a lot."""
    object_of(Shape({}))(value, path, problems)


WORD = {kind: word(kind) for kind in cbv.WORDS}
QUANTITIES = list_of(
    object_of(
        Shape(
            {"epcClass": identifier, "quantity": quantity, "uom": unit},
            required=("epcClass",),
            is_open=False,
        )
    )
)
EPCS = list_of(identifier, unique=True)
PLACE = object_of(Shape({"id": identifier}, required=("id",)))
DISPOSITIONS = list_of(WORD["disposition"], unique=True, least=1)
_DEVICE = dict.fromkeys(
    ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"), uri
)
METADATA = object_of(
    Shape({**_DEVICE, "time": instant, "startTime": instant, "endTime": instant})
)
REPORT = object_of(
    Shape(
        {
            **_DEVICE,
            "type": WORD["measurement"],
            "exception": WORD["alert"],
            "component": WORD["component"],
            "time": instant,
            "microorganism": uri,
            "chemicalSubstance": uri,
            "coordinateReferenceSystem": uri,
            "uriValue": uri,
            "stringValue": text,
            "booleanValue": boolean,
            "hexBinaryValue": hexadecimal,
            **dict.fromkeys(("value", "minValue", "maxValue", "meanValue"), number),
            "sDev": deviation,
            "percRank": rank,
            "percValue": number,
            "uom": text,
        },
        required=("type",),
    )
)


def _pair(kind: str, name: str, required: tuple[str, ...]) -> Check:
    fields = {"type": WORD[kind], name: uri}
    return list_of(object_of(Shape(fields, required=required, is_open=False)))


COMMON: dict[str, Check] = {
    "type": text,
    "eventID": uri,
    "eventTime": instant,
    "recordTime": instant,
    "eventTimeZoneOffset": offset,
    "certificationInfo": one_or_list_of(uri),
    "errorDeclaration": object_of(
        Shape(
            {
                "declarationTime": instant,
                "reason": WORD["errorReason"],
                "correctiveEventIDs": list_of(uri),
            },
            required=("declarationTime",),
        )
    ),
    "bizStep": WORD["bizStep"],
    "disposition": WORD["disposition"],
    "readPoint": PLACE,
    "bizLocation": PLACE,
    "bizTransactionList": _pair(
        "bizTransactionType", "bizTransaction", ("bizTransaction",)
    ),
    "sourceList": _pair("sourceDestType", "source", ("type", "source")),
    "destinationList": _pair("sourceDestType", "destination", ("type", "destination")),
    "sensorElementList": list_of(
        object_of(
            Shape(
                {"sensorMetadata": METADATA, "sensorReport": list_of(REPORT, least=1)},
                required=("sensorReport",),
            )
        )
    ),
}
_STATE: dict[str, Check] = {
    "persistentDisposition": object_of(
        Shape({"set": DISPOSITIONS, "unset": DISPOSITIONS}, is_open=False)
    ),
    "ilmd": own_fields,
}
_FAMILY: dict[str, Check] = {
    "action": action,
    "parentID": identifier,
    "childEPCs": list_of(identifier),
    "childQuantityList": QUANTITIES,
}
_TIMED = ("eventTime", "eventTimeZoneOffset")
EVENTS: dict[str, Shape] = {
    "ObjectEvent": Shape(
        {
            **COMMON, **_STATE, "action": action, "epcList": EPCS,
            "quantityList": QUANTITIES,
        },
        required=(*_TIMED, "action"),
    ),
    "AggregationEvent": Shape({**COMMON, **_FAMILY}, required=(*_TIMED, "action")),
    "AssociationEvent": Shape(
        {**COMMON, **_FAMILY}, required=(*_TIMED, "action", "parentID")
    ),
    "TransactionEvent": Shape(
        {
            **COMMON, "action": action, "parentID": identifier,
            "epcList": list_of(identifier), "quantityList": QUANTITIES,
        },
        required=(*_TIMED, "action", "bizTransactionList"),
    ),
    "TransformationEvent": Shape(
        {
            **COMMON, **_STATE, "inputEPCList": EPCS, "inputQuantityList": QUANTITIES,
            "outputEPCList": EPCS, "outputQuantityList": QUANTITIES,
            "transformationID": uri,
            # EPCIS gives it none, but senders do, and it changes nothing.
            "action": action,
        },
        required=_TIMED,
    ),
}  # fmt: skip
