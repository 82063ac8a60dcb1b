"""
EPC binary encodings, as radio tags hold them. Pure.

Source: GS1 EPC Tag Data Standard 2.1, section 14 (SGTIN-96, SGTIN-198, SSCC-96,
SGLN-96, GRAI-96, GIAI-96, GSRN-96, GDTI-96). Bits come first to last.
"""

import base64
import binascii
import re
from typing import NamedTuple

from products.gtin import check_digit
from scanning.codes.dictionary import check_value
from scanning.codes.parsed import Pair
from scanning.codes.refusals import InvalidCode

HEX = re.compile("[0-9A-Fa-f]+")
BASE64URL = re.compile("[A-Za-z0-9_-]+={0,2}")
MOST_BYTES = 64
PREFIX_BITS = (40, 37, 34, 30, 27, 24, 20)
LONGEST_PREFIX = 12


class _Scheme(NamedTuple):
    """Digits and bits of prefix and reference together, bits of serial and of all."""

    digits: int
    bits: int
    serial_bits: int
    length: int


SCHEMES = {
    0x30: _Scheme(digits=13, bits=44, serial_bits=38, length=96),
    0x36: _Scheme(digits=13, bits=44, serial_bits=140, length=198),
    0x31: _Scheme(digits=17, bits=58, serial_bits=0, length=96),
    0x32: _Scheme(digits=12, bits=41, serial_bits=41, length=96),
    0x33: _Scheme(digits=12, bits=44, serial_bits=38, length=96),
    0x34: _Scheme(digits=0, bits=82, serial_bits=0, length=96),
    0x2D: _Scheme(digits=17, bits=58, serial_bits=0, length=96),
    0x2C: _Scheme(digits=12, bits=41, serial_bits=41, length=96),
}


class _Bits:
    """A row of bits, read from the front."""

    def __init__(self, data: bytes) -> None:
        self.left = len(data) * 8
        self.number = int.from_bytes(data)

    def take(self, width: int) -> int:
        if width > self.left:
            raise InvalidCode("length", "the tag's data end too early")
        self.left -= width
        return self.number >> self.left & ((1 << width) - 1)


def read_hex(text: str) -> list[Pair]:
    """Return the identifiers of an EPC in hexadecimal, or raise `InvalidCode`."""
    if not HEX.fullmatch(text) or len(text) % 2 or len(text) > 2 * MOST_BYTES:
        raise InvalidCode("charset", "no whole bytes in hexadecimal")
    return read(bytes.fromhex(text))


def read_base64url(text: str) -> list[Pair]:
    """Return the identifiers of an EPC in base64url, or raise `InvalidCode`."""
    if not BASE64URL.fullmatch(text) or len(text) > 2 * MOST_BYTES:
        raise InvalidCode("charset", "no base64url")
    try:
        return read(base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text) % 4)))
    except binascii.Error as error:
        raise InvalidCode("charset", "no base64url") from error


def read(data: bytes) -> list[Pair]:
    """Return the identifiers of an EPC, check digits computed, or raise."""
    bits = _Bits(data)
    header = bits.take(8)
    scheme = SCHEMES.get(header)
    if scheme is None:
        raise InvalidCode("value", f"EPC header {header:02X} is not read here")
    if bits.left + 8 < scheme.length:
        raise InvalidCode("length", "the tag's data end too early")
    bits.take(3)  # the filter says nothing about what the thing is
    partition = bits.take(3)
    if partition >= len(PREFIX_BITS):
        raise InvalidCode("value", "no such partition")
    prefix_digits = LONGEST_PREFIX - partition
    prefix = _digits(bits.take(PREFIX_BITS[partition]), prefix_digits)
    if header == 0x34:
        pairs = [("8004", prefix + str(bits.take(82 - PREFIX_BITS[partition])))]
    else:
        reference = _digits(
            bits.take(scheme.bits - PREFIX_BITS[partition]),
            scheme.digits - prefix_digits,
        )
        pairs = _pairs(header, prefix, reference, bits)
    for ai, value in pairs:
        check_value(ai, value)
    return pairs


def _digits(number: int, width: int) -> str:
    text = str(number).zfill(width) if width else ""
    if len(text) > width or (not width and number):
        raise InvalidCode("value", "a number is larger than its place")
    return text


def _checked(body: str) -> str:
    return f"{body}{check_digit(body)}"


def _pairs(header: int, prefix: str, reference: str, bits: _Bits) -> list[Pair]:
    match header:
        case 0x30 | 0x36:
            # The reference's first digit is the indicator, which leads a GTIN.
            key = ("01", _checked(reference[:1] + prefix + reference[1:]))
            return [key, ("21", _serial(header, bits))]
        case 0x31:
            return [("00", _checked(reference[:1] + prefix + reference[1:]))]
        case 0x32:
            extension = str(bits.take(41))
            key = ("414", _checked(prefix + reference))
            return [key] if extension == "0" else [key, ("254", extension)]
        case 0x33:
            grai = "0" + _checked(prefix + reference)
            return [("8003", grai + str(bits.take(38)))]
        case 0x2D:
            return [("8018", _checked(prefix + reference))]
        case _:
            return [("253", _checked(prefix + reference) + str(bits.take(41)))]


def _serial(header: int, bits: _Bits) -> str:
    if header == 0x30:
        return str(bits.take(38))
    characters = [bits.take(7) for _each in range(20)]
    text = "".join(map(chr, characters)).rstrip("\0")
    if not text or "\0" in text:
        raise InvalidCode("value", "a serial number with a gap")
    return text
