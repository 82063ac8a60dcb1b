"""
What outside catalogues say of codes that no company has declared.

A leaf package. Off unless `FLASHSESAME_OUTSIDE_CATALOGUE` names one. Its data stay in a
table of their own, with their source and licence, and never become a statement.
"""

from scanning.outside.asking import ask_next
from scanning.outside.showing import for_code

__all__ = ["ask_next", "for_code"]
