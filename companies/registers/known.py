"""The registers that there are, and which of them may be asked here."""

from django.conf import settings

from companies.models import Company
from companies.registers.asked import Register
from companies.registers.demonstration import DEMONSTRATION
from companies.registers.gleif import GLEIF
from companies.registers.sirene import SIRENE

REGISTERS = {one.key: one for one in (SIRENE, GLEIF, DEMONSTRATION)}


def enabled() -> list[Register]:
    """Return the registers that may be asked: the fictitious one, and those set."""
    return [
        one
        for one in REGISTERS.values()
        if one.is_fictitious or one.key in settings.REGISTERS
    ]


def enabled_for(company: Company) -> list[Register]:
    """Return the registers that may be asked about this company."""
    return [one for one in enabled() if one.is_fictitious == company.is_fictitious]


def named(key: str) -> str:
    """Return a register's name for people."""
    return REGISTERS[key].name if key in REGISTERS else key
