"""
The audit: everything that the log says is computed anew from what is stored.

It streams, and holds some kilobytes however large the log is. It changes nothing, and
may run beside the sequencer: what is added meanwhile is for the next audit.
"""

from ledger.auditing.findings import Finding, Part
from ledger.auditing.running import Audit, Progress

__all__ = ["Audit", "Finding", "Part", "Progress"]
