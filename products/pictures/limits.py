"""What a picture may cost, and what becomes of it. Pure: the child has no settings."""

from typing import NamedTuple


class Limits(NamedTuple):
    """The limits of one picture; `config/settings.py` says where they come from."""

    pixels: int = 50_000_000
    # The longer side over the shorter one.
    aspect: int = 20
    jpeg_scans: int = 64
    text_chunk_bytes: int = 256_000


# In pixels; a smaller picture keeps its own width, and none is made larger.
WIDTHS = (160, 480, 1080)
# Of a strip that is far taller than wide; a WebP ends at 16,383.
MOST_HEIGHTS = 4
# The task that waits for it has ten seconds.
WALL_SECONDS = 7
# Of all sizes together: what the process may write.
MOST_BYTES = 20_000_000
