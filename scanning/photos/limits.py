"""What a photo may cost. Pure: a reading process knows no settings."""

from typing import NamedTuple


class Limits(NamedTuple):
    """The limits of one photo; `config/settings.py` says where they come from."""

    image_bytes: int = 12_000_000
    image_pixels: int = 50_000_000
    # The longer side over the shorter one.
    image_aspect: int = 20
    jpeg_scans: int = 64
    text_chunk_bytes: int = 256_000
    # Processor time after which no further step is begun.
    cpu_ms: int = 400
    # The whole answer; a process that takes longer is killed.
    wall_seconds: int = 5
