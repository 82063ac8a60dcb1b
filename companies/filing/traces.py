"""
Pictures without what a camera writes into them beside the picture: where, when, whose.

Who contests something is told to nobody, and a photo of a phone says where its owner
lives. Nothing is decoded: segments and chunks are taken or left as they are, so what is
seen stays the same to the last bit, the way up included.

Sources: JPEG (ITU-T T.81), annex B; Exif 2.32, 4.6; PNG (W3C, third edition), 11.
"""

import struct
import zlib

PNG_MARK = b"\x89PNG\r\n\x1a\n"
JPEG_MARK = b"\xff\xd8\xff"
# What is needed to show the picture, by the first bytes of a segment of its marker.
KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
APPLICATION = range(0xE0, 0xF0)
COMMENT, EXIF = 0xFE, 0xE1
ALONE = frozenset(range(0xD0, 0xD8)) | {0x01}
SCAN, END = 0xDA, 0xD9
# The chunks of a PNG that say something of how it was made.
TOLD = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}
ORIENTATION = 0x0112


def without_traces(data: bytes) -> bytes:
    """Return a picture that was recognised, bare; anything else as it is."""
    if data.startswith(JPEG_MARK):
        return _bare_jpeg(data)
    if data.startswith(PNG_MARK):
        return _bare_png(data)
    return data


def _bare_jpeg(data: bytes) -> bytes:
    pieces, at, turn = [data[:2]], 2, 1
    while at + 4 <= len(data):
        if data[at] != 0xFF or data[at + 1] == 0xFF:
            # Padding, or what no reader looks at.
            at += 1
            continue
        marker = data[at + 1]
        if marker == END:
            break
        end = at + 2
        if marker not in ALONE:
            end += struct.unpack_from(">H", data, at + 2)[0]
        body = data[at + 4 : end]
        if marker == EXIF and turn == 1:
            turn = _orientation(body)
        if marker == SCAN:
            end = _end_of_scan(data, end)
        if _is_picture(marker, body):
            pieces.append(data[at:end])
        at = end
    # What follows the end is left out: films, and smaller pictures with traces again.
    return b"".join([pieces[0], _turned(turn), *pieces[1:], bytes([0xFF, END])])


def _is_picture(marker: int, body: bytes) -> bool:
    if marker == COMMENT:
        return False
    if marker in APPLICATION:
        return marker in KEPT and body.startswith(KEPT[marker])
    return True


def _end_of_scan(data: bytes, at: int) -> int:
    """Return where the next marker stands; a zero or a restart behind 0xFF is none."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] == 0xFF:
            at += 1
        elif data[at + 1] == 0 or data[at + 1] in ALONE:
            at += 2
        else:
            return at
    return len(data)


def _orientation(body: bytes) -> int:
    """Return which way up the picture is meant, 1 to 8, as its first directory says."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(body[6:10])
    if not body.startswith(b"Exif\0\0") or order is None:
        return 1
    try:
        (at,) = struct.unpack_from(f"{order}I", body, 10)
        (count,) = struct.unpack_from(f"{order}H", body, 6 + at)
        for place in range(count):
            entry = struct.unpack_from(f"{order}HHIH", body, 8 + at + 12 * place)
            if entry[:3] == (ORIENTATION, 3, 1) and 1 <= entry[3] <= 8:
                return int(entry[3])
    except struct.error:
        pass
    return 1


def _turned(turn: int) -> bytes:
    """Return an Exif segment that says which way up, and nothing else."""
    if turn == 1:
        return b""
    entry = struct.pack(">HHIHH", ORIENTATION, 3, 1, turn, 0)
    body = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    return struct.pack(">BBH", 0xFF, EXIF, len(body) + 2) + body


def _bare_png(data: bytes) -> bytes:
    pieces, at, turn = [PNG_MARK], len(PNG_MARK), 1
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if name == b"eXIf":
            turn = _orientation(b"Exif\0\0" + data[at + 8 : at + 8 + length])
        if name not in TOLD:
            pieces.append(data[at:end])
        at = end
    if turn != 1:
        # Behind the header, before the picture.
        pieces.insert(2, _turned_chunk(turn))
    return b"".join(pieces)


def _turned_chunk(turn: int) -> bytes:
    body = _turned(turn)[10:]
    checksum = zlib.crc32(b"eXIf" + body)
    return struct.pack(">I4s", len(body), b"eXIf") + body + struct.pack(">I", checksum)
