"""The tables of this room, one module per subject."""

from shoppers.models.contests import Contest
from shoppers.models.front_offices import FrontOffice
from shoppers.models.people import Device, Pass, Shopper
from shoppers.models.tills import (
    BlockedCompany,
    ContactlessKey,
    ContactlessUse,
    PushSubscription,
    TillSettings,
)

__all__ = [
    "BlockedCompany",
    "ContactlessKey",
    "ContactlessUse",
    "Contest",
    "Device",
    "FrontOffice",
    "Pass",
    "PushSubscription",
    "Shopper",
    "TillSettings",
]
