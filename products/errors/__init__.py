"""Refusals of this room, one module per subject."""

from products.errors.events import (
    CaptureIsFinal,
    CaptureNotKept,
    CaptureRefused,
    CaptureTooLarge,
    CaptureUnknown,
    EventQueryRefused,
    PartRefused,
    TooManyCaptures,
)
from products.errors.families import (
    FamilyOfAnother,
    NothingReplaced,
    ReplacementRefused,
    UnknownAttribute,
)
from products.errors.imports import (
    DumpIsForOperators,
    ProductFileNotKept,
    ProductFileRefused,
    ProductFileTooLarge,
    ProductImportIsFinal,
    ProductImportNotToConfirm,
    ProductImportUnknown,
    TableNeedsCompany,
)
from products.errors.notices import (
    NoticeIsOver,
    NoticeOfAuthority,
    NoticeReferenceUsed,
    NoticeRefused,
    NoticeUnknown,
)
from products.errors.pictures import (
    PictureNotStored,
    PictureRefused,
    PictureTooLarge,
    PictureUnknown,
    TooManyPictures,
)
from products.errors.products import (
    InvalidGtin,
    ProductUnknown,
    ProfileUnknown,
    RevisionUnknown,
    product_unknown,
    wrong_check_digit,
)
from products.errors.statements import FieldValueRefused, UnknownField
from products.errors.stock import (
    BulkRefused,
    KeyReused,
    KeyUnreadable,
    ProductNotYours,
    StockConflict,
)

__all__ = [
    "BulkRefused",
    "CaptureIsFinal",
    "CaptureNotKept",
    "CaptureRefused",
    "CaptureTooLarge",
    "CaptureUnknown",
    "DumpIsForOperators",
    "EventQueryRefused",
    "FamilyOfAnother",
    "FieldValueRefused",
    "InvalidGtin",
    "KeyReused",
    "KeyUnreadable",
    "NothingReplaced",
    "NoticeIsOver",
    "NoticeOfAuthority",
    "NoticeReferenceUsed",
    "NoticeRefused",
    "NoticeUnknown",
    "PartRefused",
    "PictureNotStored",
    "PictureRefused",
    "PictureTooLarge",
    "PictureUnknown",
    "ProductFileNotKept",
    "ProductFileRefused",
    "ProductFileTooLarge",
    "ProductImportIsFinal",
    "ProductImportNotToConfirm",
    "ProductImportUnknown",
    "ProductNotYours",
    "ProductUnknown",
    "ProfileUnknown",
    "ReplacementRefused",
    "RevisionUnknown",
    "StockConflict",
    "TableNeedsCompany",
    "TooManyCaptures",
    "TooManyPictures",
    "UnknownAttribute",
    "UnknownField",
    "product_unknown",
    "wrong_check_digit",
]
