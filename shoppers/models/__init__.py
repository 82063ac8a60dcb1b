"""The tables of this room, one module per subject."""

from shoppers.models.contests import Contest
from shoppers.models.front_offices import FrontOffice
from shoppers.models.people import Device, Pass, Shopper

__all__ = ["Contest", "Device", "FrontOffice", "Pass", "Shopper"]
