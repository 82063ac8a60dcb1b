"""Refusals of this room."""

from common.errors import DomainError


class DisputeIdReused(DomainError):
    """The phone's identifier belongs to another dispute of the same shopper."""

    code = "dispute_id_reused"


class FrontOfficeClosed(DomainError):
    """The company has no account on the shoppers' Sésames."""

    code = "front_office_closed"


class FrontOfficeOpen(DomainError):
    """The account is open already."""

    code = "front_office_open"
