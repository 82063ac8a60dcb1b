"""
Pictures of some made-up products: drawn here, so that they are nobody's photographs.

Flat shapes and the word “FICTIF”: nobody takes one for a thing that is sold.
"""

import io
import time
from collections.abc import Callable

from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from products.models import Picture, PictureState, Product
from products.pictures import preparing
from products.services import add_picture
from products.services.picturing import Said

SIDE = 900
PAPER, INK, WOOL, STRIPE = "#fbf8f1", "#1c2b3a", "#e9e2d2", "#27496d"
# Each is prepared in a process of its own; whatever is late comes with the next load.
CRUST, CRUMB = "#a86a08", "#e8c98d"
# Each is prepared in a process of its own; what is late is shown by a later revision.
PATIENCE_SECONDS = 10.0
PAUSE_SECONDS = 0.05

Pen = ImageDraw.ImageDraw
Shape = list[tuple[int, int]]


def load() -> int:
    """Add the drawings of products that have no picture; return how many that was."""
    added = []
    for gtin, draw, alt_fr, alt_en in DRAWN:
        product = Product.objects.get(pk=gtin)
        # One that a person removed stays removed.
        if not Picture.objects.filter(product=product).exists():
            said = Said(alt_fr=alt_fr, alt_en=alt_en)
            add_picture(product=product, blocks=[_file(draw)], said=said)
            added.append(gtin)
    waiting = Picture.objects.filter(product__in=added, state=PictureState.WAITING)
    until = time.monotonic() + PATIENCE_SECONDS
    while waiting.exists() and time.monotonic() < until:
        if not preparing.work():
            time.sleep(PAUSE_SECONDS)
    Product.objects.filter(pk__in=added).update(publication_due_at=timezone.now())
    return len(added)


def _file(draw: Callable[[Pen], None]) -> bytes:
    image = Image.new("RGB", (SIDE, SIDE), PAPER)
    pen = ImageDraw.Draw(image)
    draw(pen)
    font = ImageFont.load_default(44)
    pen.text((SIDE / 2, SIDE - 55), "FICTIF", fill=INK, font=font, anchor="mm")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _jumper(pen: Pen) -> None:
    body: Shape = [(270, 190), (630, 190), (690, 330), (640, 760), (260, 760)]
    pen.polygon([*body, (210, 330)], fill=WOOL, outline=INK, width=6)
    for y in range(300, 760, 70):
        pen.rectangle((262, y, 638, y + 26), fill=STRIPE)
    for side in (1, -1):
        arm = [(270, 190), (120, 620), (210, 650), (300, 360)]
        shape = [(x if side == 1 else SIDE - x, y) for x, y in arm]
        pen.polygon(shape, fill=WOOL, outline=INK, width=6)
    pen.ellipse((370, 150, 530, 230), fill=PAPER, outline=INK, width=6)


def _socks(pen: Pen) -> None:
    for left in (200, 470):
        leg: Shape = [(left, 140), (left + 150, 140), (left + 150, 560)]
        foot = [(left + 260, 650), (left + 240, 740), (left + 60, 740), (left, 620)]
        pen.polygon([*leg, *foot], fill=WOOL, outline=INK, width=6)
        for y in (170, 240, 310):
            pen.rectangle((left + 4, y, left + 146, y + 28), fill=STRIPE)


def _biscuits(pen: Pen) -> None:
    for x, y in ((190, 170), (470, 190), (320, 430)):
        pen.ellipse((x, y, x + 290, y + 290), fill=CRUMB, outline=CRUST, width=14)
        # A bite of moon, as the name of the house has it.
        pen.ellipse((x + 170, y - 40, x + 360, y + 150), fill=PAPER)


DRAWN = (
    ("09520001001024", _jumper, "Dessin d’un pull rayé", "Drawing of a striped jumper"),
    ("09520001001215", _socks, "Dessin de chaussettes", "Drawing of a pair of socks"),
    ("09520001002014", _biscuits, "Dessin de sablés", "Drawing of shortbread"),
)
