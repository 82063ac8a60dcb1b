"""Conditional answers: who has the bytes already is not sent them again."""

import pytest
from django.test import RequestFactory

from common.caching import conditional

ETAG = '"abc.1"'


@pytest.mark.parametrize(
    "known", [ETAG, f"W/{ETAG}", f'"other", {ETAG}', "*", f'W/"x", W/{ETAG}']
)
def test_known_bytes_are_not_sent_again(known: str) -> None:
    request = RequestFactory().get("/", headers={"If-None-Match": known})

    response = conditional(request, b"{}", etag=ETAG, max_age=5)

    assert response.status_code == 304
    assert response.content == b""
    assert response["ETag"] == ETAG


@pytest.mark.parametrize("known", ["", '"other"', "abc.1", 'W/"abc"', '"*"'])
def test_others_are_sent_with_their_tag_and_age(known: str) -> None:
    request = RequestFactory().get("/", headers={"If-None-Match": known})

    response = conditional(request, b'{"a":1}', etag=ETAG, max_age=5)

    assert response.status_code == 200
    assert response.content == b'{"a":1}'
    assert response["Content-Type"] == "application/json"
    assert response["ETag"] == ETAG
    assert response["Cache-Control"] == "public, max-age=5"
    assert response["Vary"] == "Accept-Language"
