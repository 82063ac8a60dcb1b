"""Products, what is stated of them, their stock, and the sheets that were published."""

from products.models.captures import Capture, CaptureError, CaptureQuerySet
from products.models.comparing import (
    CategoryBenchmark,
    Comparable,
    ComparableQuerySet,
    ComparedCategory,
)
from products.models.events import (
    Event,
    EventCorrection,
    EventQuerySet,
    EventThing,
    Place,
)
from products.models.imports import (
    ProductImport,
    ProductImportQuerySet,
    RefusedProductLine,
)
from products.models.notices import Notice, NoticeKind, NoticeQuerySet
from products.models.pictures import (
    Picture,
    PictureQuerySet,
    PictureRole,
    PictureState,
    Rendition,
)
from products.models.products import Family, Following, Product, ProductQuerySet
from products.models.records import SourceRecord, SourceRecordQuerySet
from products.models.replacing import (
    Replacement,
    ReplacementQuerySet,
    ReplacementReason,
)
from products.models.searching import SearchEntry, SearchWord
from products.models.sheets import LANGUAGES, Sheet, SheetQuerySet
from products.models.statements import FieldStatementQuerySet, Statement
from products.models.stock import (
    LiveDocument,
    Offering,
    Stock,
    StockBulk,
    StockQuerySet,
)

__all__ = [
    "LANGUAGES",
    "Capture",
    "CaptureError",
    "CaptureQuerySet",
    "CategoryBenchmark",
    "Comparable",
    "ComparableQuerySet",
    "ComparedCategory",
    "Event",
    "EventCorrection",
    "EventQuerySet",
    "EventThing",
    "Family",
    "FieldStatementQuerySet",
    "Following",
    "LiveDocument",
    "Notice",
    "NoticeKind",
    "NoticeQuerySet",
    "Offering",
    "Picture",
    "PictureQuerySet",
    "PictureRole",
    "PictureState",
    "Place",
    "Product",
    "ProductImport",
    "ProductImportQuerySet",
    "ProductQuerySet",
    "RefusedProductLine",
    "Rendition",
    "Replacement",
    "ReplacementQuerySet",
    "ReplacementReason",
    "SearchEntry",
    "SearchWord",
    "Sheet",
    "SheetQuerySet",
    "SourceRecord",
    "SourceRecordQuerySet",
    "Statement",
    "Stock",
    "StockBulk",
    "StockQuerySet",
]
