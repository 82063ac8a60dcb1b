"""The base of every refusal: a stable code, a status, a sentence for people."""

from typing import Any, ClassVar


class DomainError(Exception):
    """
    A rule said no.

    `code` is part of the API and never changes. `detail` is a translated sentence for
    people; `extra` holds members that a program may use, JSON values only. Refusals of
    a class that `is_uniform` have the same bytes: their request id is in the header.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 409
    is_uniform: ClassVar[bool] = False

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra


class PayloadTooLarge(DomainError):
    """The body is larger than this route takes."""

    code = "body_too_large"
    status = 413


class MalformedJson(DomainError):
    """The body is not the JSON that this route takes."""

    code = "malformed_json"
    status = 400
