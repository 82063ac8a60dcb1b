"""Asking registers: the records are the queue, a message only a hint."""

import time

import structlog
from celery import shared_task

from common import hints
from companies import registers
from companies.tasks.checking import hint_checks

# For a register that needs no network; any other is asked one question.
SLICE_SECONDS = 2.5

logger = structlog.get_logger(__name__)


def hint_registers() -> None:
    """Tell the workers that a record is due; without a broker the sweep finds it."""
    for register in registers.enabled():
        if not hints.send(ask_register, register.key, lost="registers.hint_lost"):
            break


@shared_task(name="companies.tasks.look_for_registers")
def look_for_registers() -> None:
    """Find the companies that registers are to be asked about. Safe to run twice."""
    if found := registers.look():
        logger.info("registers.wanted", count=found)
        hint_registers()


@shared_task(name="companies.tasks.ask_register")
def ask_register(key: str) -> None:
    """
    Ask one register about the company that has waited longest.

    Safe to run twice, and at once; a register that is switched off is not asked.
    """
    until = time.monotonic() + SLICE_SECONDS
    is_new = False
    for register in registers.enabled():
        while register.key == key and (asked := registers.ask_next(register)):
            is_new |= asked.is_new
            if not register.is_fictitious or time.monotonic() > until:
                break
    if is_new:
        hint_checks()
