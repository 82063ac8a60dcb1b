"""Refusals of files of statements."""

from common.errors import DomainError


class ImportFileRefused(DomainError):
    """The file is no table that can be read. `reason` says why."""

    code = "import_file_refused"
    status = 400


class ImportFileNotKept(DomainError):
    """The server has no room for the file."""

    code = "import_file_not_kept"
    status = 507


class ImportIsFinal(DomainError):
    """The import is recorded, refused or cancelled: nothing is left to stop."""

    code = "import_is_final"


class ImportNotToConfirm(DomainError):
    """The import is not checked yet, was confirmed already, or states nothing new."""

    code = "import_not_to_confirm"
