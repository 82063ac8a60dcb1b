"""What a reading process may answer, and what its caller makes of it."""

import json
import os
from typing import Any

import pytest

from scanning import photos
from scanning.errors import ImageTooHard
from scanning.photos import child, frames, pipeline
from scanning.photos.limits import Limits
from scanning.photos.readers import Pool, Reader, ReaderDied
from scanning.photos.voting import Seen
from tests.scanning.photos.drawing import photo, saved, symbol

LABEL = saved(photo(symbol()))


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"seen": 7},
        {"seen": [{}]},
        {"seen": [{"text": "x"}]},
        {"problem": "unheard of"},
        {"problem": "failed", "reason": "Error"},
    ],
)
def test_a_strange_answer_is_a_refusal(
    answer: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pool, "ask", lambda *_arguments: answer)

    with pytest.raises(ImageTooHard):
        photos.read(LABEL)


@pytest.mark.parametrize(
    "sent", [b"", b"\xff\xff\xff\xff", b"\x00\x00\x00\x02{]", b"\x00\x00\x00\x017"]
)
def test_an_answer_that_is_no_answer_is_a_death(sent: bytes) -> None:
    reader = Reader(1_500_000_000)
    reader.engines()
    coming, going = os.pipe()
    with os.fdopen(coming, "rb", buffering=0) as stream, reader._stdout as kept:
        reader._stdout = stream
        os.write(going, sent)
        os.close(going)
        with pytest.raises(ReaderDied):
            reader.ask(LABEL, Limits(wall_seconds=20))
        reader._stdout = kept
        reader.kill()


def test_what_the_child_answers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    long = Seen("x" * 99_999, "qr_code", "", (), True, ((0.0, 0.0),) * 999)
    monkeypatch.setattr(pipeline, "read", lambda *_arguments: [long] * 999)
    answer = child.answer_to(b"", Limits())
    codes: Any = answer["seen"]

    assert len(codes) == child.MOST_CODES
    assert len(codes[0]["text"]) == child.LONGEST_TEXT
    assert len(json.dumps(answer)) < frames.LONGEST_ANSWER


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (MemoryError(), "out_of_memory"),
        (RuntimeError("Insufficient memory"), "out_of_memory"),
        (RuntimeError("a bug"), "failed"),
    ],
)
def test_a_library_that_fails_is_told(
    error: Exception, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(pipeline, "read", fail)

    assert child.answer_to(b"", Limits())["problem"] == problem
