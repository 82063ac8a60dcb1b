"""How cold or warm it was: what the sensors of a step reported. Pure."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from products.epcis import hashing
from products.epcis.events import Event

UNIT = "CEL"
_VALUES = ("value", "minValue", "maxValue", "meanValue")
_TENTH = Decimal("0.1")
# Colder than cold, or hotter than any goods travel: a sensor that is broken.
_POSSIBLE = (Decimal("-273.15"), Decimal(2000))


class ColdChain(NamedTuple):
    """The lowest and the highest temperature of a step, in degrees Celsius."""

    least: Decimal
    most: Decimal
    has_alarm: bool

    def as_document(self) -> dict[str, Any]:
        """Return it as it is published."""
        return {
            "min": hashing.canonical(self.least),
            "max": hashing.canonical(self.most),
            "unit": UNIT,
            **({"alarm": True} if self.has_alarm else {}),
        }


def cold_chain(*events: Event) -> ColdChain | None:
    """Return the temperatures that these events report, or none."""
    reports = [report for event in events for report in _reports(event)]
    found = [
        degrees
        for report in reports
        if str(report.get("type", "")).rpartition("/")[2].rpartition(":")[2]
        in ("Temperature", "MT-Temperature")
        for degrees in _degrees(report)
    ]
    if not found:
        return None
    has_alarm = any(report.get("exception") == "ALARM_CONDITION" for report in reports)
    return ColdChain(min(found), max(found), has_alarm)


def _reports(event: Event) -> Iterator[dict[str, Any]]:
    for element in event.content.get("sensorElementList", ()):
        yield from element.get("sensorReport", ())


def _degrees(report: dict[str, Any]) -> Iterator[Decimal]:
    for name in _VALUES:
        value = report.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        degrees = _celsius(Decimal(str(value)), str(report.get("uom", "")))
        if degrees is not None and _POSSIBLE[0] <= degrees <= _POSSIBLE[1]:
            yield degrees.quantize(_TENTH)


def _celsius(value: Decimal, unit: str) -> Decimal | None:
    match unit:
        case "CEL":
            return value
        case "FAH":
            return (value - 32) * 5 / 9
        case "KEL":
            return value - Decimal("273.15")
    return None
