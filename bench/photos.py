"""
Photos, read side by side: our processes, and each engine alone.

All three read one picture before any reads the next, each time in another order, so
that what else the machine does meets all of them.
"""

import contextlib
import io
import os
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from PIL import Image, ImageOps

from bench import pictures
from bench.pictures import NEGATIVE, Picture, WrongFolder
from bench.servers import cpu_clock
from bench.tables import say
from scanning.photos.limits import Limits
from scanning.photos.readers import Reader, ReaderDied, ReaderTookTooLong

QUICK = 250
ADDRESS_SPACE_BYTES = 1_500_000_000
OURS, ZXING, PYZBAR = "ours", "zxing-cpp alone", "pyzbar alone"
PACKAGES = ("zxing-cpp", "pyzbar", "pillow", "opencv-python-headless")
# What products carry; the other formats are read, and are not what we are judged by.
TRADE = (
    "EAN13", "EAN8", "UPCA", "UPCE", "Code128", "ITF", "QRCode", "DataMatrix",
    "DataBar", "DataBarExpanded", "Aztec", "PDF417",
)  # fmt: skip


class Answer(NamedTuple):
    """What was read of one picture, and what it cost in seconds."""

    confirmed: list[str]
    candidates: list[str]
    wall: float
    cpu: float


class Result(NamedTuple):
    """One picture, and every answer to it."""

    picture: Picture
    answers: dict[str, Answer]


def run(arguments: Sequence[str]) -> None:
    """Read, compare and print; exit with 1 when the folder cannot be used."""
    options = _options(arguments)
    with contextlib.ExitStack() as stack:
        try:
            chosen = _chosen(options, stack)
        except WrongFolder as error:
            sys.exit(str(error))
        ours = Ours()
        stack.callback(ours.stop)
        for line in _heading(chosen):
            say(line)
        results = _measure(chosen, ours)
        memory = ours.peak_memory_bytes()
    for line in (*_recall(results), *_negatives(results), *_times(results, memory)):
        say(line)


class Ours:
    """Our reader: a process of its own, as in service."""

    def __init__(self) -> None:
        self._peak = 0
        self._start()

    def read(self, data: bytes) -> Answer:
        """Return its answer; a process that was ended read nothing."""
        started, cpu = time.perf_counter(), time.clock_gettime(self._clock)
        try:
            seen = self._reader.ask(data, Limits()).get("seen", [])
        except (ReaderDied, ReaderTookTooLong):
            self.stop()
            self._start()
            return Answer([], [], time.perf_counter() - started, 0.0)
        wall = time.perf_counter() - started
        cpu = time.clock_gettime(self._clock) - cpu
        confirmed = [code["text"] for code in seen if code["is_confirmed"]]
        others = [code["text"] for code in seen if not code["is_confirmed"]]
        return Answer(confirmed, others, wall, cpu)

    def peak_memory_bytes(self) -> int:
        """Return the most memory that the process had in use."""
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{self._reader.pid}/status").read_text()
            found = next(line for line in status.splitlines() if "VmHWM" in line)
            self._peak = max(self._peak, int(found.split()[1]) * 1024)
        return self._peak

    def stop(self) -> None:
        """End the process."""
        self.peak_memory_bytes()
        self._reader.kill()

    def _start(self) -> None:
        self._reader = Reader(ADDRESS_SPACE_BYTES)
        self._reader.engines()
        self._clock = cpu_clock(self._reader.pid)


def _options(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(
        prog="photo_reading.py", description="How many photos are read, how many wrong."
    )
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="FOLDER",
        help="pictures and their manifest.json; a small set of our own without it",
    )
    parser.add_argument("--limit", type=int, help="so many pictures, of every format")
    parser.add_argument("--thorough", action="store_true", help="every picture")
    return parser.parse_args(arguments)


def _chosen(options: Namespace, stack: contextlib.ExitStack) -> list[Picture]:
    if options.folder is None:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="flashsesame-"))
        return pictures.make(Path(folder))
    found = pictures.load(options.folder)
    size = len(found) if options.thorough else QUICK
    return pictures.sample(found, options.limit or size)


def _measure(chosen: Sequence[Picture], ours: Ours) -> list[Result]:
    readers: list[tuple[str, Callable[[bytes], Answer]]] = [
        (OURS, ours.read),
        (ZXING, lambda data: _alone(_zxing, data)),
        (PYZBAR, lambda data: _alone(_pyzbar, data)),
    ]
    results = []
    with _silent():
        for number, picture in enumerate(chosen):
            data = picture.file.read_bytes()
            turn = number % len(readers)
            answers = {
                name: read(data) for name, read in [*readers[turn:], *readers[:turn]]
            }
            results.append(Result(picture, answers))
    return results


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Hide what libzbar writes of codes that it gives up."""
    import warnings

    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _alone(read: Callable[[Image.Image], list[str]], data: bytes) -> Answer:
    """Read as one would at first: the whole picture, and the first read wins."""
    started, cpu = time.perf_counter(), time.process_time()
    try:
        with Image.open(io.BytesIO(data)) as image:
            upright = ImageOps.exif_transpose(image)
            texts = read(upright.convert("RGB").convert("L"))
    except (OSError, ValueError):
        texts = []
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    return Answer(texts[:1], [], wall, cpu)


def _zxing(image: Image.Image) -> list[str]:
    import zxingcpp

    codes = zxingcpp.read_barcodes(image, text_mode=zxingcpp.TextMode.Plain)
    return [_printed(code) for code in codes]


def _printed(code: Any) -> str:
    """Return a UPC-E as it is printed, and any other code as it was read."""
    extra = code.extra if isinstance(code.extra, dict) else {}
    return str(extra.get("UPCE", code.text))


def _pyzbar(image: Image.Image) -> list[str]:
    from pyzbar import pyzbar

    return [code.data.decode("utf-8", "replace") for code in pyzbar.decode(image)]


def _heading(chosen: Sequence[Picture]) -> Iterator[str]:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    load_average = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    yield versions
    yield f"{os.cpu_count()} processors, load average {load_average}"
    judged = sum(picture.is_judged for picture in chosen)
    yield f"{len(chosen)} pictures, {judged} of them with a known content"


def _recall(results: Sequence[Result]) -> Iterator[str]:
    judged = [
        one
        for one in results
        if one.picture.is_judged and one.picture.format != NEGATIVE
    ]
    by_format: dict[str, list[Result]] = defaultdict(list)
    for result in judged:
        by_format[result.picture.format].append(result)
    trade = [one for one in judged if one.picture.format in TRADE]
    yield ""
    yield (
        f"{'':18}{'n':>5}{'confirmed':>11}{'+candid.':>10}{'false':>7}"
        f"{'zxing-cpp':>12}{'false':>7}{'pyzbar':>9}{'false':>7}"
    )
    for name, members in sorted(by_format.items()):
        yield _recall_row(name, members)
    yield _recall_row("trade formats", trade)
    yield _recall_row("all", judged)
    for result in judged:
        for text in _false(result, OURS):
            yield f"FALSE: {result.picture.file} reads {text[:80]!r}"


def _recall_row(title: str, members: Sequence[Result]) -> str:
    count = max(1, len(members))
    found: Counter[str] = Counter()
    for result in members:
        ours = result.answers[OURS]
        picture = result.picture
        is_confirmed = any(picture.is_right(text) for text in ours.confirmed)
        found["confirmed"] += is_confirmed
        found["candidate"] += is_confirmed or any(
            picture.is_right(text) for text in ours.candidates
        )
        for name in (OURS, ZXING, PYZBAR):
            found[f"{name} false"] += bool(_false(result, name))
            found[name] += any(
                picture.is_right(text) for text in result.answers[name].confirmed
            )
    return (
        f"{title:18}{len(members):>5}{found['confirmed'] / count:>11.1%}"
        f"{found['candidate'] / count:>10.1%}{found[f'{OURS} false']:>7}"
        f"{found[ZXING] / count:>12.1%}{found[f'{ZXING} false']:>7}"
        f"{found[PYZBAR] / count:>9.1%}{found[f'{PYZBAR} false']:>7}"
    )


def _false(result: Result, name: str) -> list[str]:
    texts = result.answers[name].confirmed
    return [text for text in texts if result.picture.is_wrong(text)]


def _negatives(results: Sequence[Result]) -> Iterator[str]:
    negatives = [one for one in results if one.picture.format == NEGATIVE]
    if not negatives:
        return
    counts = ", ".join(
        f"{name} {sum(bool(_false(one, name)) for one in negatives)}"
        for name in (OURS, ZXING, PYZBAR)
    )
    candidates = sum(bool(one.answers[OURS].candidates) for one in negatives)
    yield f"false in {len(negatives)} pictures without a whole code: {counts}"
    yield f"of ours, {candidates} more show a candidate there"
    for result in negatives:
        for text in _false(result, OURS):
            yield f"FALSE: {result.picture.file} reads {text[:80]!r}"


def _times(results: Sequence[Result], memory: int) -> Iterator[str]:
    yield ""
    yield (
        f"{'ms per picture':18}{'wall p50':>9}{'p95':>8}{'mean':>8}"
        f"{'CPU p50':>10}{'p95':>8}{'mean':>8}"
    )
    for name in (OURS, ZXING, PYZBAR):
        answers = [result.answers[name] for result in results]
        wall = _spread([answer.wall for answer in answers])
        cpu = _spread([answer.cpu for answer in answers])
        yield (
            f"{name:18}{wall['p50']:>9.1f}{wall['p95']:>8.1f}{wall['mean']:>8.1f}"
            f"{cpu['p50']:>10.1f}{cpu['p95']:>8.1f}{cpu['mean']:>8.1f}"
        )
    yield f"peak memory of our process: {memory / 1_000_000:.0f} MB"


def _spread(seconds: Sequence[float]) -> Mapping[str, float]:
    ordered = sorted(one * 1_000 for one in seconds)
    return {
        "p50": median(ordered),
        "p95": ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
        "mean": sum(ordered) / len(ordered),
    }
