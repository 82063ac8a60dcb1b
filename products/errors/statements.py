"""What cannot be stated of a product."""

from common.errors import DomainError


class UnknownField(DomainError):
    """The vocabulary of the sheet has no such field."""

    code = "unknown_field"
    status = 400


class FieldValueRefused(DomainError):
    """The value does not have the form of its field."""

    code = "field_value_refused"
    status = 400
