"""Refusals of files of products."""

from common.errors import DomainError


class ProductFileRefused(DomainError):
    """The file is none that can be read. `reason` says why."""

    code = "product_file_refused"
    status = 400


class ProductFileTooLarge(DomainError):
    """The file is larger, or unpacks to more, than comes in through the web."""

    code = "product_file_too_large"
    status = 413


class ProductFileNotKept(DomainError):
    """The server has no room for the file."""

    code = "product_file_not_kept"
    status = 507


class DumpIsForOperators(DomainError):
    """A community's dump speaks for no company: only operators bring one in."""

    code = "dump_is_for_operators"
    status = 403


class TableNeedsCompany(DomainError):
    """A table states in a company's name: which one was not said."""

    code = "table_needs_company"
    status = 400


class ProductImportUnknown(DomainError):
    """No import of the company has this identifier."""

    code = "unknown_product_import"
    status = 404


class ProductImportIsFinal(DomainError):
    """The import is recorded, refused or cancelled: nothing is left to stop."""

    code = "product_import_is_final"


class ProductImportNotToConfirm(DomainError):
    """The import is not checked yet, was confirmed already, or has no news."""

    code = "product_import_not_to_confirm"
