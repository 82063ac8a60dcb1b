"""The redirect to https leads to the address that was asked for, byte for byte."""

import pytest
from django.conf import LazySettings
from django.test import Client


@pytest.mark.parametrize(
    "target",
    ["/01/09520123456788/10/A%2FB?b=%2F&a=1", "/01/09520123456788", "/01/x%20y?flag"],
)
def test_the_redirect_keeps_every_byte(settings: LazySettings, target: str) -> None:
    settings.SECURE_SSL_REDIRECT = True
    path, _mark, query = target.partition("?")

    answer = Client().get(path, QUERY_STRING=query, RAW_URI=target)

    assert answer.status_code == 301
    assert answer["Location"] == f"https://testserver{target}"


def test_a_line_break_in_the_address_enters_no_header(settings: LazySettings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    answer = Client().get("/01/x", RAW_URI="/01/x%0d%0aSet-Cookie:a=b")

    assert "\r" not in answer["Location"]
    assert "Set-Cookie" not in answer.headers
