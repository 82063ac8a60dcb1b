"""
Counting scans after the answer: noted in memory, written in batches, by nobody's name.

A leaf package. What a scan costs on its path is one append; `buffering.py` keeps the
notes and writes them every two seconds, `writing.py` says what a batch changes, and
`forgetting.py` what is forgotten when.
"""

from scanning.counting.buffering import buffer, flush, note
from scanning.counting.notes import Keeper, Note

__all__ = ["Keeper", "Note", "buffer", "flush", "note"]
