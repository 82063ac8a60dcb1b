"""The admin of this room, one module per subject."""

from scanning.admin import labels, links, scans, stores, unknown

__all__ = ["labels", "links", "scans", "stores", "unknown"]
