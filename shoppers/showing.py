"""
A pass as tills read it: a QR code, or what a phone held to the reader says by NFC.

A leaf module. Both carry the same text and nothing else.
"""

import base64

import qrcode
from qrcode.constants import ERROR_CORRECT_M

# What ISO/IEC 18004 asks around the code, in modules.
QUIET_ZONE = 4
# NFC Forum, Record Type Definition “Text”: UTF-8, then the length of the language.
LANGUAGE = b"en"


def qr_svg(text: str) -> str:
    """Return the QR code of `text`, error correction M, as a small SVG document."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    side = len(code.modules) + 2 * QUIET_ZONE
    dark = "".join(
        f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{length}v1h-{length}z"
        for y, row in enumerate(code.modules)
        for x, length in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{dark}"/></svg>'
    )


def _runs(row: list[bool | None]) -> list[tuple[int, int]]:
    """Return where dark modules begin in a row, and how many follow."""
    runs: list[tuple[int, int]] = []
    for x, is_dark in enumerate(row):
        if not is_dark:
            continue
        if runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return runs


def ndef(text: str) -> str:
    """
    Return the NDEF message of `text`, base64: one short record of the type Text.

    A phone that stands in for a tag answers these bytes.
    """
    payload = bytes([len(LANGUAGE)]) + LANGUAGE + text.encode()
    # First and last record, short, of a well-known type; the type is one byte long.
    record = bytes([0b1101_0001, 1, len(payload)]) + b"T" + payload
    return base64.b64encode(record).decode()
