"""The tables of this room, one module per subject."""

from scanning.models.history import HistoryEntry, ScanHistory
from scanning.models.label_runs import LabelLine, LabelRun
from scanning.models.links import Anchor, HandedOverPrefix, Link
from scanning.models.notices import NoticeDelivery, Spreading
from scanning.models.outside import OutsideProduct
from scanning.models.scans import CountedScan, DailyScans
from scanning.models.stores import Chain, InStoreNumber, NumberLayout, Store
from scanning.models.unknown import CodeReport, CodeState, UnknownCode

__all__ = [
    "Anchor",
    "Chain",
    "CodeReport",
    "CodeState",
    "CountedScan",
    "DailyScans",
    "HandedOverPrefix",
    "HistoryEntry",
    "InStoreNumber",
    "LabelLine",
    "LabelRun",
    "Link",
    "NoticeDelivery",
    "NumberLayout",
    "OutsideProduct",
    "ScanHistory",
    "Spreading",
    "Store",
    "UnknownCode",
]
