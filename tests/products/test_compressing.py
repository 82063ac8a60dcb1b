"""Compressed sheets, to which a tail is added without unpacking them."""

import gzip
import zlib

import brotli
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from products import compressing

# Words that brotli's own dictionary has: a tail that referred to it would unpack to
# other words behind another beginning.
WORDS = [
    *(b"the ", b"government", b" of the ", b"http://www.", b"information"),
    *(b'"value":null,', b'"label":"', b"\xc3\xa9tat civil", b"\x00", b"\xff\xfe"),
]
contents = st.one_of(
    st.binary(max_size=300),
    st.lists(st.sampled_from(WORDS), max_size=400).map(b"".join),
)


def unpacked(form: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return bytes(brotli.decompress(form))
    whole = zlib.decompressobj(31)
    content = whole.decompress(form)
    assert whole.eof
    assert whole.unused_data == b""
    return content


def form_of(body: bytes, encoding: str) -> bytes:
    forms = compressing.forms(body)
    return forms.brotli if encoding == "br" else forms.gzip


@pytest.mark.parametrize("encoding", ["br", "gzip"])
@given(opened=contents, tail=contents)
@example(opened=b"", tail=b"")
@example(opened=b"a" * 70_000, tail=b"the government of the " * 9000)
def test_a_tail_follows_whatever_the_sheet_and_the_tail_say(
    encoding: str, opened: bytes, tail: bytes
) -> None:
    form = form_of(opened + b"}}", encoding)

    assert unpacked(form, encoding) == opened
    whole = compressing.with_tail(form, tail, encoding)
    assert unpacked(whole, encoding) == opened + tail


def test_python_s_own_gzip_reads_it_with_its_checksum() -> None:
    form = form_of(b'{"sections":{"a":1}}', "gzip")
    whole = compressing.with_tail(form, b',"stock":{}}}', "gzip")

    assert gzip.decompress(whole) == b'{"sections":{"a":1,"stock":{}}}'
    spoilt = whole[:-8] + bytes([whole[-8] ^ 1]) + whole[-7:]
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(spoilt)


def test_the_same_sheet_has_the_same_forms() -> None:
    body = b'{"sections":{"a":"b"}}' * 50

    assert compressing.forms(body) == compressing.forms(body)


def test_a_tail_that_used_brotli_s_dictionary_would_not_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compressing, "BROTLI_TAIL_QUALITY", 9)
    opened, tail = b"xyz" * 40, b"information of the government " * 3

    whole = compressing.with_tail(form_of(opened + b"}}", "br"), tail, "br")

    try:
        found = unpacked(whole, "br")
    except brotli.error:
        found = b""
    assert found != opened + tail
