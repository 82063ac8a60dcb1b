"""What a request's headers prefer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import accepting
from common.accepting import preferred, speaks, wishes

HTML, JSON, LINKSET = "text/html", "application/json", "application/linkset+json"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", HTML),
        ("*/*", HTML),
        ("image/png", HTML),
        ("application/json", JSON),
        ("application/json, text/plain, */*", JSON),
        ("application/json;q=0.4, text/html;q=0.5", HTML),
        ("text/html;q=0.4, application/linkset+json;q=0.9, */*;q=0.1", LINKSET),
        ("application/*", JSON),
        ("text/html, application/json", HTML),
        ("application/json, text/html", JSON),
        ("application/json;q=0, */*", HTML),
        ("application/json;q=nonsense, text/html;q=0.1", HTML),
        ("APPLICATION/JSON", JSON),
    ],
)
def test_the_media_type_that_is_wanted_most(header: str, expected: str) -> None:
    assert preferred(header, [HTML, JSON, LINKSET]) == expected


@pytest.mark.parametrize(
    ("header", "tags", "place"),
    [
        ("fr", ["fr"], 0),
        ("fr-FR", ["fr"], 0),
        ("fr-FR", ["fr-FR"], 0),
        ("zh-Hant-TW", ["zh"], 0),
        ("en-x-private", ["en"], 0),
        ("de, fr", ["fr"], 1),
        ("en;q=0.2, fr;q=0.9", ["en"], 1),
        # By lookup, a wider range is not satisfied by a narrower tag.
        ("fr", ["fr-CA"], None),
        ("*", ["fr"], None),
        ("fr;q=0", ["fr"], None),
        ("", ["fr"], None),
        ("FR-fr", ["fr"], 0),
    ],
)
def test_a_language_is_looked_up(
    header: str, tags: list[str], place: int | None
) -> None:
    assert speaks(tags, wishes(header, of_languages=True)) == place


@given(st.text(max_size=300))
def test_no_header_is_a_failure(header: str) -> None:
    assert preferred(header, [HTML, JSON]) in {HTML, JSON}
    languages = wishes(header, of_languages=True)
    assert len(languages) <= accepting.MAX_RANGES
    speaks(["fr"], languages)
