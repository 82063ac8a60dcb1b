"""GS1's own test cases, each file against the stage that it is about."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanning.codes import (
    InvalidCode,
    associations,
    digital_links,
    element_strings,
    resolver_keys,
    symbologies,
)
from scanning.codes.digital_links import Tolerance

VECTORS = Path(__file__).parents[2] / "vectors"
Case = dict[str, Any]


def cases(name: str) -> list[Any]:
    found = json.loads((VECTORS / f"gs1_{name}.json").read_text())["cases"]
    return [
        pytest.param(case, id=f"line-{case.get('line', at)}")
        for at, case in enumerate(found)
    ]


def check(case: Case, stage: Callable[[str], dict[str, Any]]) -> None:
    """Compare what a stage says with what the case expects, refusals included."""
    if not case["ok"]:
        with pytest.raises(InvalidCode):
            stage(case["input"])
        return
    for name, value in stage(case["input"]).items():
        if name in case:
            assert value == case[name]


def listed(pairs: Any) -> list[list[str]]:
    return [list(pair) for pair in pairs]


@pytest.mark.parametrize("case", cases("dl_parse"))
def test_digital_links_are_read(case: Case) -> None:
    options = case.get("options", {})
    tolerance = Tolerance(
        alphas=options.get("permit_convenience_alphas", False),
        short_gtin=options.get("permit_zero_suppressed_gtin", False),
    )

    def stage(uri: str) -> dict[str, Any]:
        pairs = list(digital_links.read(uri, tolerance).pairs)
        return {"ais": listed(pairs), "expect": element_strings.write(pairs, "^")}

    check(case, stage)


@pytest.mark.parametrize("case", cases("element_strings"))
def test_element_strings_are_read(case: Case) -> None:
    def stage(text: str) -> dict[str, Any]:
        if not text.startswith("^"):
            raise InvalidCode("ai", "no leading FNC1")
        return {"ais": listed(element_strings.read(text[1:].replace("^", "\x1d")))}

    check(case, stage)


@pytest.mark.parametrize("case", cases("ai_association"))
def test_identifiers_stand_together_by_the_rules(case: Case) -> None:
    rule = {
        "repeats": associations.check_repeats,
        "mutex": associations.check_exclusions,
        "requisites": associations.check_requirements,
        "digsig": associations.check_signature,
    }[case["rule"]]

    def stage(text: str) -> dict[str, Any]:
        rule(element_strings.read_bracketed(text, unknown_allowed=True))
        return {}

    check(case, stage)


@pytest.mark.parametrize("case", cases("scan_data"))
def test_what_a_reader_sends_is_read(case: Case) -> None:
    def stage(text: str) -> dict[str, Any]:
        scan = symbologies.read(text)
        return {
            "ais": listed(scan.pairs),
            "data": scan.data,
            "symbology": scan.symbology,
        }

    check(case, stage)


@pytest.mark.parametrize("case", cases("bracketed_ai"))
def test_bracketed_text_is_read(case: Case) -> None:
    def stage(text: str) -> dict[str, Any]:
        pairs = element_strings.read_bracketed(text)
        return {"ais": listed(pairs), "expect": element_strings.write(pairs, "^")}

    check(case, stage)


@pytest.mark.parametrize("case", cases("dl_generate"))
def test_digital_links_are_written(case: Case) -> None:
    def stage(text: str) -> dict[str, Any]:
        stem = case["stem"] or digital_links.CANONICAL_STEM
        pairs = element_strings.read_bracketed(text)
        return {"expect": digital_links.write(pairs, stem)}

    check(case, stage)


@pytest.mark.parametrize("case", cases("epc_binary"))
def test_tags_are_read(case: Case) -> None:
    def stage(path: str) -> dict[str, Any]:
        found = resolver_keys.resolve_path(path)
        return {
            "ais": listed([found.primary, *found.qualifiers]),
            "canonical": digital_links.CANONICAL_STEM + found.key,
        }

    check(case, stage)
