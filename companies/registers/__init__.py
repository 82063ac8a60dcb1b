"""
What public registers answer about companies, and what they state of them.

A leaf package. No register is asked unless `FLASHSESAME_REGISTERS` names it; that of
the demonstration answers from a file, about made-up companies only.
"""

from companies.registers.asking import Asked, ask_next
from companies.registers.known import enabled, enabled_for, named
from companies.registers.reporting import extracts
from companies.registers.wanting import look, want

__all__ = [
    "Asked",
    "ask_next",
    "enabled",
    "enabled_for",
    "extracts",
    "look",
    "named",
    "want",
]
