"""Labels: what a symbol holds, how it is drawn, how long runs of them are made."""

from scanning.labels.contents import printed_link
from scanning.labels.single import qr_png, qr_svg

__all__ = ["printed_link", "qr_png", "qr_svg"]
