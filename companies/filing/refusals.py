"""Why a file is not taken as evidence, or cannot be handed out."""

from common.errors import DomainError


class EvidenceRefused(DomainError):
    """The file is not taken. Each reason is a subclass with its own code."""

    code = "evidence_refused"
    status = 400


class EvidenceEmpty(EvidenceRefused):
    """There is not one byte in it."""

    code = "evidence_empty"


class EvidenceTooLarge(EvidenceRefused):
    """It has more bytes than a document may have."""

    code = "evidence_too_large"
    status = 413


class EvidenceExecutable(EvidenceRefused):
    """It is a program."""

    code = "evidence_executable"


class EvidenceArchive(EvidenceRefused):
    """It holds other files, as archives and office documents do."""

    code = "evidence_archive"


class EvidenceActive(EvidenceRefused):
    """It would do something when it is opened, as a page or a script does."""

    code = "evidence_active"


class EvidenceEncrypted(EvidenceRefused):
    """It is locked, so nobody can look at what is in it."""

    code = "evidence_encrypted"


class EvidencePolyglot(EvidenceRefused):
    """It is two files in one: what it shows depends on who reads it."""

    code = "evidence_polyglot"


class EvidenceBroken(EvidenceRefused):
    """It begins like a known kind and is not whole."""

    code = "evidence_broken"


class EvidenceBomb(EvidenceRefused):
    """It is small and unfolds into something huge."""

    code = "evidence_bomb"


class EvidenceKindUnknown(EvidenceRefused):
    """It is of no kind that is taken."""

    code = "evidence_kind_unknown"


class TooManyDocuments(EvidenceRefused):
    """More files at once than a form takes."""

    code = "too_many_documents"


class EvidenceNotStored(DomainError):
    """The disk is full or away. Nothing half-written was kept."""

    code = "evidence_not_stored"
    status = 507


class EvidenceDamaged(DomainError):
    """The bytes are missing, or are not those that were filed: never handed out."""

    code = "evidence_damaged"
    status = 404
