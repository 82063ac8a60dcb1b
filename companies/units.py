"""
In which units a fact is stated. Pure.

Each fact has its own, which the catalogue names; the codes of UNECE Recommendation 20
for the same unit are read as well, and a few multiples are converted, exactly. Nothing
else is taken: twelve kilograms are no hours of training, and a kilogram of nobody knows
what is no kilogram of CO2 equivalent.
"""

from decimal import Decimal, localcontext
from typing import Any

from companies import catalogue

MONEY = "money"
# Of one of ours: the names under which it is read, and what each is of it.
READ_AS = {
    "MWh": {
        "MWH": Decimal(1),
        "kWh": Decimal("0.001"),
        "KWH": Decimal("0.001"),
        "GWh": Decimal(1000),
        "GWH": Decimal(1000),
    },
    "tCO2e": {"kgCO2e": Decimal("0.001")},
    "%": {"P1": Decimal(1)},
    "h": {"HUR": Decimal(1)},
    "days": {"DAY": Decimal(1)},
}
# ISO 4217, without the codes for metals, funds, tests and for no currency.
_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN
BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD
FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY
KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP
MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR
RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER
ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())


class UnitUnfit(ValueError):
    """The fact is not stated in this unit. `fitting` are those in which it is."""

    def __init__(self, fitting: tuple[str, ...]) -> None:
        super().__init__(fitting)
        self.fitting = fitting


def units(fact: catalogue.Fact) -> tuple[str, ...]:
    """Return the units of a fact, the usual one first; of money the usual one alone."""
    own = tuple(one for one in (fact.unit or "").split("|") if one)
    # A share reads as a percentage, whatever it is a share of.
    is_share = fact.type == "boolean+percent"
    return (*own, "%") if is_share and "%" not in own else own


def fitting(fact: catalogue.Fact) -> tuple[str, ...]:
    """Return every unit that is taken for a fact; of money the usual one alone."""
    own = units(fact)
    return (*own, *(other for one in own for other in READ_AS.get(one, {})))


def fitted(fact: catalogue.Fact, unit: str | None) -> tuple[str, Decimal]:
    """
    Return the unit of ours that is meant, and how many of it one of `unit` is.

    No unit stands for the usual one. Raise `UnitUnfit` for one that does not fit.
    """
    text, own = (unit or "").strip(), units(fact)
    if not text:
        return (own[0] if own else ""), Decimal(1)
    if text in own or (fact.type == MONEY and text in CURRENCIES):
        return text, Decimal(1)
    for one in own:
        if text in READ_AS.get(one, {}):
            return one, READ_AS[one][text]
    raise UnitUnfit(fitting(fact))


def converted(value: Any, factor: Decimal) -> Any:
    """Return a cleaned amount in the unit of ours, to the last digit."""
    if factor == 1:
        return value
    with localcontext(prec=80):
        return f"{(Decimal(value) * factor).normalize():f}"
