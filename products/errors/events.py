"""Refusals of events that are captured, and of questions about them."""

from common.errors import DomainError


class CaptureRefused(DomainError):
    """The document cannot be taken as it is. `reason` says why."""

    code = "capture_refused"
    status = 400


class CaptureTooLarge(DomainError):
    """The document is larger than one may be."""

    code = "capture_too_large"
    status = 413


class CaptureNotKept(DomainError):
    """The server has no room for the document."""

    code = "capture_not_kept"
    status = 507


class TooManyCaptures(DomainError):
    """The company has as many documents waiting as it may."""

    code = "too_many_captures"
    status = 429


class CaptureIsFinal(DomainError):
    """The capture is recorded, refused or cancelled: nothing is left to stop."""

    code = "capture_is_final"


class CaptureUnknown(DomainError):
    """The company has no such capture."""

    code = "unknown_capture"
    status = 404


class PartRefused(DomainError):
    """What was given is no lot and no serial number."""

    code = "invalid_part"
    status = 400


class EventQueryRefused(DomainError):
    """A parameter of the query is unknown, or its value is of no use."""

    code = "event_query_refused"
    status = 400
