"""
What goes between the caller and a reading process. Pure.

To the process: two lengths, a header in JSON, the photo's bytes. Back: one length and
JSON. Never a pickle: what parsed a hostile file may itself be hostile.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

QUESTION = struct.Struct(">II")
ANSWER = struct.Struct(">I")
# Fifty codes of eight thousand characters, each escaped.
LONGEST_ANSWER = 4_000_000


def question(header: Mapping[str, int], data: bytes) -> bytes:
    """Return the bytes that ask about a photo."""
    described = json.dumps(header).encode()
    return QUESTION.pack(len(described), len(data)) + described + data


def read_frame(frames: BinaryIO) -> tuple[dict[str, int], bytes] | None:
    """Return the header and the photo of the next question; none at the end."""
    lengths = frames.read(QUESTION.size)
    if len(lengths) < QUESTION.size:
        return None
    described, size = QUESTION.unpack(lengths)
    header = frames.read(described)
    data = frames.read(size)
    if len(data) < size:
        return None
    return json.loads(header), data


def write_frame(answers: BinaryIO, answer: Mapping[str, Any]) -> None:
    """Write one answer, and see that it leaves."""
    body = json.dumps(answer).encode()
    answers.write(ANSWER.pack(len(body)) + body)
    answers.flush()
