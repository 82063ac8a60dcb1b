"""
What one event must say, and what no event can have done. Pure.

The shape first; then what follows from several fields together. Impossible things are
refused, not repaired: nobody but the sender knows what truly happened.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from products.epcis import identifiers, instants
from products.epcis.problems import Problems
from products.epcis.shapes import EVENTS, inside, members

# Clocks of factories differ; a truck may report before the server's own minute.
CLOCK_TOLERANCE = timedelta(minutes=10)

Event = Mapping[str, Any]


def check(event: Event, path: str, problems: Problems, *, now: datetime) -> None:
    """Note all that is wrong with one normalised event."""
    shape = EVENTS.get(kind) if isinstance(kind := event.get("type"), str) else None
    if kind is None:
        problems.add(path, "missing", name="type")
        return
    if shape is None:
        problems.add(f"{path}.type", "unknown_type", value=kind)
        return
    members(event, shape, path, problems)
    _WHAT[str(kind)](event, path, problems)
    _check_ilmd(event, path, problems)
    _check_dispositions(event, path, problems)
    _check_times(event, path, problems, now)
    _check_sensors(event, path, problems, now)
    _check_own_parts(event, path, problems)


def moment(value: Any) -> datetime | None:
    """Return an instant, or none where there is no readable one."""
    try:
        return instants.instant(value) if isinstance(value, str) else None
    except ValueError:
        return None


# --- What an event is about ---------------------------------------------------------


def _holds(event: Event, *names: str) -> bool:
    return any(event.get(name) for name in names)


def _object_what(event: Event, path: str, problems: Problems) -> None:
    # A cold room reports for itself: nothing named, but a place and its sensors.
    is_room = _holds(event, "sensorElementList") and _holds(event, "readPoint")
    if not _holds(event, "epcList", "quantityList") and not is_room:
        problems.add(path, "missing_what", names="epcList, quantityList")


def _family_what(event: Event, path: str, problems: Problems) -> None:
    if event.get("action") == "DELETE":
        # All children of the parent leave it, without being named.
        if not _holds(event, "parentID", "childEPCs", "childQuantityList"):
            problems.add(path, "missing_what", names="parentID, childEPCs")
        return
    if not _holds(event, "childEPCs", "childQuantityList"):
        problems.add(path, "missing_what", names="childEPCs, childQuantityList")
    if event.get("action") == "ADD" and "parentID" not in event:
        problems.add(path, "missing", name="parentID")


def _transaction_what(event: Event, path: str, problems: Problems) -> None:
    if event.get("bizTransactionList") == []:
        problems.add(f"{path}.bizTransactionList", "empty_list")
    if event.get("action") == "DELETE":
        return
    if not _holds(event, "epcList", "quantityList", "parentID"):
        problems.add(path, "missing_what", names="epcList, quantityList, parentID")


def _transformation_what(event: Event, path: str, problems: Problems) -> None:
    takes = _holds(event, "inputEPCList", "inputQuantityList")
    gives = _holds(event, "outputEPCList", "outputQuantityList")
    if "transformationID" in event:
        # Inputs and outputs of one long transformation may come in several events.
        if not takes and not gives:
            problems.add(path, "missing_what", names="inputEPCList, outputEPCList")
        return
    if not takes:
        problems.add(path, "missing_what", names="inputEPCList, inputQuantityList")
    if not gives:
        problems.add(path, "missing_what", names="outputEPCList, outputQuantityList")


_WHAT: dict[str, Callable[[Event, str, Problems], None]] = {
    "ObjectEvent": _object_what,
    "AggregationEvent": _family_what,
    "AssociationEvent": _family_what,
    "TransactionEvent": _transaction_what,
    "TransformationEvent": _transformation_what,
}


def _check_ilmd(event: Event, path: str, problems: Problems) -> None:
    if "ilmd" in event and event.get("action", "ADD") != "ADD":
        problems.add(f"{path}.ilmd", "ilmd_without_add")


def _check_dispositions(event: Event, path: str, problems: Problems) -> None:
    lasting = event.get("persistentDisposition")
    if isinstance(lasting, dict) and not {"set", "unset"} & set(lasting):
        problems.add(f"{path}.persistentDisposition", "missing", name="set")


# --- When -----------------------------------------------------------------------------


def _check_times(event: Event, path: str, problems: Problems, now: datetime) -> None:
    latest = now + CLOCK_TOLERANCE
    happened = moment(event.get("eventTime"))
    recorded = moment(event.get("recordTime"))
    for name, when in (("eventTime", happened), ("recordTime", recorded)):
        if when and when > latest:
            problems.add(f"{path}.{name}", "in_the_future", value=event[name])
    if happened and recorded and recorded + CLOCK_TOLERANCE < happened:
        where = f"{path}.recordTime"
        problems.add(where, "recorded_before", value=event["recordTime"])
    declaration = event.get("errorDeclaration")
    if isinstance(declaration, dict):
        _check_declaration(declaration, path, problems, (happened, latest))


def _check_declaration(
    declaration: Event,
    path: str,
    problems: Problems,
    between: tuple[datetime | None, datetime],
) -> None:
    happened, latest = between
    where = f"{path}.errorDeclaration.declarationTime"
    declared = moment(said := declaration.get("declarationTime"))
    if declared and declared > latest:
        problems.add(where, "in_the_future", value=said)
    if declared and happened and declared + CLOCK_TOLERANCE < happened:
        problems.add(where, "recorded_before", value=said)


def _check_sensors(event: Event, path: str, problems: Problems, now: datetime) -> None:
    elements = event.get("sensorElementList")
    for position, element in enumerate(elements if isinstance(elements, list) else []):
        if not isinstance(element, dict):
            continue
        where = f"{path}.sensorElementList[{position}]"
        metadata = element.get("sensorMetadata")
        if isinstance(metadata, dict):
            _check_interval(metadata, f"{where}.sensorMetadata", problems, now)
        reports = element.get("sensorReport")
        for at, report in enumerate(reports if isinstance(reports, list) else []):
            if isinstance(report, dict):
                _check_bounds(report, f"{where}.sensorReport[{at}]", problems)


def _check_interval(
    metadata: Event, path: str, problems: Problems, now: datetime
) -> None:
    for name in ("time", "startTime", "endTime"):
        when = moment(metadata.get(name))
        if when and when > now + CLOCK_TOLERANCE:
            where = inside(path, name)
            problems.add(where, "in_the_future", value=metadata[name])
    begins, ends = moment(metadata.get("startTime")), moment(metadata.get("endTime"))
    if begins and ends and ends < begins:
        problems.add(
            f"{path}.endTime",
            "ends_before_it_begins",
            value=metadata["endTime"],
            begins=metadata["startTime"],
        )


def _check_bounds(report: Event, path: str, problems: Problems) -> None:
    least, most = report.get("minValue"), report.get("maxValue")
    if not isinstance(least, int | float) or not isinstance(most, int | float):
        return
    if least > most:
        where = f"{path}.minValue"
        problems.add(where, "minimum_above_maximum", value=least, most=most)
        return
    mean = report.get("meanValue")
    if isinstance(mean, int | float) and not least <= mean <= most:
        problems.add(f"{path}.meanValue", "out_of_range", value=mean)


# --- What cannot be -------------------------------------------------------------------


def _check_own_parts(event: Event, path: str, problems: Problems) -> None:
    inputs = {key for key, _ in named(event, "inputEPCList", "inputQuantityList")}
    for key, where in named(event, "outputEPCList", "outputQuantityList"):
        if key in inputs:
            problems.add(path + where, "output_is_input", value=key)
    parent = event.get("parentID")
    if not isinstance(parent, str):
        return
    whole = identifiers.canonical(parent)
    for key, where in named(event, "childEPCs", "childQuantityList"):
        if key == whole:
            problems.add(path + where, "parent_is_child", value=key)


def named(event: Event, *names: str) -> list[tuple[str, str]]:
    """Return the canonical keys in these lists of an event, each with its path."""
    found = []
    for name in names:
        items = event.get(name)
        for position, item in enumerate(items if isinstance(items, list) else []):
            where = f".{name}[{position}]"
            if isinstance(item, dict):
                item, where = item.get("epcClass"), f"{where}.epcClass"
            if isinstance(item, str):
                found.append((identifiers.canonical(item), where))
    return found
