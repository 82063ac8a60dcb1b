"""The photo benchmark runs, and refuses a folder that it cannot use."""

import json
import subprocess
from pathlib import Path

import pytest

from bench import pictures
from bench.pictures import Picture, WrongFolder
from tests.bench import running


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the measurement as a person would."""
    return running.outcome("bench/photo_reading.py", *arguments)


def picture(form: str, expected: str | None, *also: str) -> Picture:
    return Picture(Path("x.png"), form, expected, also)


def test_without_a_folder_there_is_something_to_read() -> None:
    outcome = run()

    assert outcome.returncode == 0, outcome.stderr
    rows = {line[:18].strip(): line.split() for line in outcome.stdout.splitlines()}
    assert rows["all"][1] == rows["trade formats"][2]
    # The table: title, pictures, confirmed, with candidates, false, and the others.
    assert rows["all"][2:5] == ["100.0%", "100.0%", "0"]
    assert float(rows["ours"][-1]) > 0
    assert "peak memory" in outcome.stdout


def test_a_folder_is_read_by_its_manifest(tmp_path: Path) -> None:
    for number in range(3):
        source = pictures.FIXTURES / "ean8-67678983.png"
        (tmp_path / f"{number}.png").write_bytes(source.read_bytes())
    entries = [
        {"file": "0.png", "format": "EAN8", "expected_text": "67678983"},
        {"file": "1.png", "format": "EAN8", "expected_text": "96385074"},
        {"file": "2.png", "format": "none", "expected_text": ""},
    ]
    (tmp_path / "manifest.json").write_text(json.dumps(entries))
    outcome = run(str(tmp_path), "--thorough")

    assert outcome.returncode == 0, outcome.stderr
    (row,) = [line for line in outcome.stdout.splitlines() if line.startswith("EAN8 ")]
    assert row.split()[1:5] == ["2", "50.0%", "50.0%", "1"]
    assert outcome.stdout.count("FALSE: ") == 2
    assert "false in 1 pictures without a whole code: ours 1" in outcome.stdout


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (None, "cannot be read"),
        ("{", "is not JSON"),
        ("[]", "must be a list"),
        ('{"file": "a"}', "must be a list"),
        ("[1]", "not an object"),
        ('[{"file": "a.png"}]', "must be texts"),
        ('[{"file": "a.png", "format": "QRCode", "expected_text": 1}]', "or null"),
        ('[{"file": "a.png", "format": "QRCode"}]', "there is no file a.png"),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused(
    tmp_path: Path, manifest: str | None, said: str
) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)

    with pytest.raises(WrongFolder, match=said):
        pictures.load(tmp_path)


def test_the_command_says_why_it_stops(tmp_path: Path) -> None:
    outcome = run(str(tmp_path / "nowhere"))

    assert outcome.returncode == 1
    assert "manifest.json cannot be read" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_a_sample_has_every_format_and_is_always_the_same() -> None:
    everything = [picture("QRCode", str(n)) for n in range(90)]
    everything += [picture("EAN13", str(n)) for n in range(10)]
    chosen = pictures.sample(everything, 20)

    assert [one.format for one in chosen] == ["EAN13"] * 2 + ["QRCode"] * 18
    assert chosen == pictures.sample(everything, 20)
    assert pictures.sample(everything, 100) == everything


@pytest.mark.parametrize(
    ("form", "expected", "read"),
    [
        ("UPCA", "012546619592", "0012546619592"),
        ("UPCE", "01264904", "0012000006494"),
        ("DataBar", "04412345678909", "0104412345678909"),
        ("DataBarExpanded", "(01)90012345678908(10)A", "019001234567890810A"),
        ("Code128", "\x1d42095747\x1d94", "42095747\x1d94"),
        ("Codabar", "1234", "A1234B"),
        ("QRCode", "a\r\nb", "a\nb"),
    ],
)
def test_two_spellings_are_one_code(form: str, expected: str, read: str) -> None:
    assert picture(form, expected).is_right(read)
    assert not picture(form, expected).is_wrong(read)


def test_another_code_of_the_picture_is_not_wrong() -> None:
    both = picture("EAN13", "9780735200449", "5699")

    assert (both.is_right("5699"), both.is_wrong("5699")) == (False, False)
    assert both.is_wrong("4006381333931")
    assert not picture("EAN13", None).is_wrong("4006381333931")
