"""The doors of this room to phones and programs."""

from products.views.events import CaptureDetail, CaptureList, EventList
from products.views.imports import (
    ProductImportCancellation,
    ProductImportConfirmation,
    ProductImportDetail,
    ProductImportList,
    ProductTemplate,
)
from products.views.notices import (
    NoticeDetail,
    NoticeList,
    NoticeWithdrawal,
    ProductNotices,
)
from products.views.pictures import PictureFile, ProductPictures
from products.views.proofs import RevisionProof
from products.views.revisions import RevisionDifference, RevisionList
from products.views.searching import ProductList
from products.views.sheets import CACHE_SECONDS, GTIN, ProductDetail, normalized
from products.views.stocks import ProductOffering, ShopList, StockList

__all__ = [
    "CACHE_SECONDS",
    "GTIN",
    "CaptureDetail",
    "CaptureList",
    "EventList",
    "NoticeDetail",
    "NoticeList",
    "NoticeWithdrawal",
    "PictureFile",
    "ProductDetail",
    "ProductImportCancellation",
    "ProductImportConfirmation",
    "ProductImportDetail",
    "ProductImportList",
    "ProductList",
    "ProductNotices",
    "ProductOffering",
    "ProductPictures",
    "ProductTemplate",
    "RevisionDifference",
    "RevisionList",
    "RevisionProof",
    "ShopList",
    "StockList",
    "normalized",
]
