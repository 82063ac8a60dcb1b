"""
One way of writing an event, out of the many that EPCIS allows. Pure.

Words of CBV lose their URN or URI, numbers given as text become numbers, `@type` and
`@id` become `type` and `id`. Identifiers and extensions stay as they were sent. What
does not fit is left as it is: checking says so.
"""

from collections.abc import Callable, Mapping
from typing import Any

from products.epcis import cbv
from products.epcis.hashing import IGNORED_FIELDS, NUMBER, cbv_type

_TYPE_NAMES = ("type", "@type", "isA")
_ALIASES = {"@type": "type", "isA": "type", "@id": "id"}
_NUMBERS = (
    "value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue",
)  # fmt: skip
_QUANTITIES = (
    "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList",
)  # fmt: skip


def namespaces(context: Any) -> dict[str, str]:
    """Return the prefixes that a `@context` declares; a remote one is not fetched."""
    found: dict[str, str] = {}
    for entry in context if isinstance(context, list) else [context]:
        if isinstance(entry, dict):
            found |= {
                prefix: home
                for prefix, home in entry.items()
                if isinstance(home, str) and ":" in home and not prefix.startswith("@")
            }
    return found


def ignored_fields(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document says of the fields of its repository, not of events."""
    return {
        name: value
        for name, value in document.items()
        if name.endswith(f":{IGNORED_FIELDS}") and isinstance(value, list)
    }


def kind(document: Mapping[str, Any]) -> str:
    """Return the type of a document or an event, or nothing."""
    said = next((document[name] for name in _TYPE_NAMES if name in document), "")
    found = _type(said)
    return found if isinstance(found, str) else ""


def event(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event as it is kept, without its `@context`. `sent` is not changed."""
    kept = {
        _ALIASES.get(name, name): _copied(value)
        for name, value in sent.items()
        if name != "@context" and value is not None
    }
    for name, change in _FIELDS.items():
        if name in kept:
            kept[name] = change(kept[name])
    return kept


def _changed(**changes: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a change of some members of an object, which is changed in place."""

    def change(value: Any) -> Any:
        if isinstance(value, dict):
            for name, inner in changes.items():
                if name in value:
                    value[name] = inner(value[name])
        return value

    return change


def _each(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: (
        [change(one) for one in value] if isinstance(value, list) else value
    )


def _dispositions(value: Any) -> Any:
    """Take one word for a list of one, as XML has it."""
    return _each(_word("disposition"))([value] if isinstance(value, str) else value)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            _ALIASES.get(name, name): _copied(inner) for name, inner in value.items()
        }
    return [_copied(one) for one in value] if isinstance(value, list) else value


def _type(value: Any) -> Any:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return cbv_type(value.strip()) if isinstance(value, str) else value


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _word(kind: str) -> Callable[[Any], Any]:
    return lambda value: cbv.word(kind, value) if isinstance(value, str) else value


def _number(value: Any) -> Any:
    if not isinstance(value, str) or not NUMBER.fullmatch(text := value.strip()):
        return value
    number = float(text)
    if not abs(number) < float("inf"):
        return value
    return int(number) if number == int(number) and abs(number) <= 2**53 else number


def _boolean(value: Any) -> Any:
    return value == "true" if value in ("true", "false") else value


_FIELDS: dict[str, Callable[[Any], Any]] = {
    "type": _type,
    "action": _trimmed,
    "bizStep": _word("bizStep"),
    "disposition": _word("disposition"),
    "persistentDisposition": _changed(set=_dispositions, unset=_dispositions),
    **dict.fromkeys(_QUANTITIES, _each(_changed(quantity=_number))),
    "bizTransactionList": _each(_changed(type=_word("bizTransactionType"))),
    "sourceList": _each(_changed(type=_word("sourceDestType"))),
    "destinationList": _each(_changed(type=_word("sourceDestType"))),
    "sensorElementList": _each(
        _changed(
            sensorReport=_each(
                _changed(
                    type=_word("measurement"),
                    exception=_word("alert"),
                    component=_word("component"),
                    booleanValue=_boolean,
                    **dict.fromkeys(_NUMBERS, _number),
                )
            )
        )
    ),
    "errorDeclaration": _changed(reason=_word("errorReason")),
}
