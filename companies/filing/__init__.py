"""
Evidence as bytes: what may be a document, and where it lies.

A leaf module that knows no row but to tell which files nobody needs. Every document
comes from a stranger: nothing here decodes a picture or runs a reader of PDF, and what
is not plainly one of few kinds is refused.
"""

from companies.filing.store import Kept, bytes_of, keep, sweep

__all__ = ["Kept", "bytes_of", "keep", "sweep"]
