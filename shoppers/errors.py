"""Refusals of this room."""

from common.errors import DomainError


class ContactlessOff(DomainError):
    """The shopper has not allowed passes that phones make without network."""

    code = "contactless_off"
    status = 403


class DisputeIdReused(DomainError):
    """The phone's identifier belongs to another dispute of the same shopper."""

    code = "dispute_id_reused"


class FrontOfficeClosed(DomainError):
    """The company has no account on the shoppers' Sésames."""

    code = "front_office_closed"


class FrontOfficeOpen(DomainError):
    """The account is open already."""

    code = "front_office_open"
