"""Which files are looked at, by their first bytes alone. Pure."""

# By what Pillow calls them.
JPEG, PNG, WEBP, AVIF, HEIF = "JPEG", "PNG", "WEBP", "AVIF", "HEIF"
HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
AVIF_BRANDS = {b"avif", b"avis"}
# More than enough for the brands of a file of the ISO family.
HEAD_BYTES = 64


def kind_of(head: bytes) -> str | None:
    """Return the kind of a file, or none for what is not taken, such as SVG or GIF."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    return _iso_kind(head) if head[4:8] == b"ftyp" else None


def _iso_kind(head: bytes) -> str | None:
    """Return the kind that the brands say: AVIF is mif1 as well, so it goes first."""
    length = min(int.from_bytes(head[:4], "big"), HEAD_BYTES)
    # Behind the major brand stands its version.
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))}
    if brands & AVIF_BRANDS:
        return AVIF
    return HEIF if brands & HEIF_BRANDS else None
