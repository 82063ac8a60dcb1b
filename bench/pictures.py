"""
Pictures with known codes: a folder with its manifest, or a small set of our own.

The manifest is a JSON list of `{"file", "format", "expected_text"}`: the text is null
where nobody knows it, and empty where nothing may be read. `also_in_picture` lists
texts that are right too.
"""

import json
import random
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, ImageFilter

from products import gtin

MANIFEST = "manifest.json"
FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "photos"
NEGATIVE = "none"
SEED = 20_260


class WrongFolder(Exception):
    """The folder or its manifest cannot be used; the text says why."""


class Picture(NamedTuple):
    """One picture, and what is in it."""

    file: Path
    format: str
    # None where nobody knows it.
    expected: str | None
    also: tuple[str, ...]

    @property
    def is_judged(self) -> bool:
        """Say whether a read of it can be told right from wrong."""
        return self.expected is not None

    def is_right(self, text: str) -> bool:
        """Say whether this is the code that the picture is there for."""
        return bool(self.expected) and _are_same(text, self.expected or "", self.format)

    def is_wrong(self, text: str) -> bool:
        """Say whether no code of the picture says this."""
        if self.expected is None or self.is_right(text):
            return False
        return not any(_are_same(text, other, self.format) for other in self.also)


def load(folder: Path) -> list[Picture]:
    """Return the pictures of a manifest; raise `WrongFolder` when it cannot be used."""
    file = folder / MANIFEST
    try:
        entries = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise WrongFolder(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise WrongFolder(f"{file} is not JSON: {error}.") from error
    if not isinstance(entries, list) or not entries:
        raise WrongFolder(f"{file} must be a list with at least one picture.")
    return [_picture(folder, number, entry) for number, entry in enumerate(entries)]


def sample(pictures: Sequence[Picture], size: int) -> list[Picture]:
    """Return about as many pictures of each format as it has, always the same ones."""
    if size >= len(pictures):
        return list(pictures)
    by_format: dict[str, list[Picture]] = defaultdict(list)
    for picture in pictures:
        by_format[picture.format].append(picture)
    chance = random.Random(SEED)
    chosen: list[Picture] = []
    for _name, members in sorted(by_format.items()):
        share = max(1, round(size * len(members) / len(pictures)))
        chosen += chance.sample(members, min(share, len(members)))
    return chosen


def make(folder: Path) -> list[Picture]:
    """Draw a few pictures as phones take them, and add those of the tests."""
    import zxingcpp

    chance = random.Random(SEED)
    texts = {
        "EAN13": "4006381333931",
        "EAN8": "96385074",
        "UPCA": "012345000065",
        "Code128": "LOT-2026-04",
        "QRCode": "HTTPS://ID.EXAMPLE.ORG/01/04006381333931/10/LOT1",
        "DataMatrix": "https://example.org/win",
    }
    made = []
    for name, text in texts.items():
        code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, name))
        for number in range(4):
            file = folder / f"{name}-{number}.jpg"
            _photographed(code.to_image(scale=4), chance).save(file, quality=70)
            made.append(Picture(file, name, text, ()))
    blank = folder / "nothing.jpg"
    Image.effect_noise((1_200, 900), 60).convert("L").save(blank)
    return [*made, Picture(blank, NEGATIVE, "", ()), *load(FIXTURES)]


def _photographed(drawn: Any, chance: random.Random) -> Image.Image:
    """Put a symbol on a grey table: turned, a little out of focus, not well lit."""
    import numpy as np

    symbol = Image.fromarray(np.asarray(drawn)).convert("L")
    table = Image.new("L", (1_200, 900), 190)
    sheet = Image.new("L", (symbol.width + 80, symbol.height + 80), 255)
    sheet.paste(symbol, (40, 40))
    angle = chance.uniform(-30, 30)
    turned = sheet.rotate(
        angle, expand=True, resample=Image.Resampling.BICUBIC, fillcolor=190
    )
    turned.thumbnail((900, 800))
    place = (
        chance.randrange(table.width - turned.width),
        chance.randrange(table.height - turned.height),
    )
    table.paste(turned, place)
    soft = table.filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 1.5)))
    return Image.blend(soft, Image.effect_noise(soft.size, 50), 0.15)


def _picture(folder: Path, number: int, entry: object) -> Picture:
    where = f"{folder / MANIFEST}, picture {number}"
    if not isinstance(entry, dict):
        raise WrongFolder(f"{where}: not an object.")
    name, form = entry.get("file"), entry.get("format")
    expected, also = entry.get("expected_text"), entry.get("also_in_picture", [])
    if not isinstance(name, str) or not isinstance(form, str):
        raise WrongFolder(f"{where}: `file` and `format` must be texts.")
    if not isinstance(expected, str | None) or not isinstance(also, list):
        raise WrongFolder(f"{where}: `expected_text` must be a text or null.")
    file = folder / name
    if not file.is_file():
        raise WrongFolder(f"{where}: there is no file {name}.")
    return Picture(file, form, expected, tuple(str(text) for text in also))


def _are_same(one: str, other: str, form: str) -> bool:
    return bool(_spellings(one, form) & _spellings(other, form))


def _spellings(text: str, form: str) -> set[str]:
    """Return the ways to write a text between which readers choose freely."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
    # Application Identifiers in brackets or not, FNC1 kept or not.
    bare = text.replace("(", "").replace(")", "").replace("\x1d", "")
    spellings = {text, bare, bare.removeprefix("01")}
    if form == "Codabar":
        spellings.add(text.strip("ABCD"))
    if form == "UPCE" and len(text) == 8 and text.isdigit() and text[0] in "01":
        spellings.add(gtin.expand_upc_e(text).zfill(14))
    # A UPC-A is the EAN-13 with a zero in front.
    return spellings | {
        one.zfill(14) for one in spellings if len(one) in {12, 13} and one.isdigit()
    }
