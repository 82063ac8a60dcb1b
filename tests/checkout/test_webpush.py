"""Push messages that only the phone can read, and who says that they are ours."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout.webpush import base64url, encryption, vapid
from checkout.webpush.encryption import MAX_PLAIN_SIZE, PhoneKeys, encrypt
from tests.checkout.push_service import (
    DAY_SECONDS,
    Phone,
    Received,
    b64url,
    check_sender,
)

VECTOR = json.loads(
    (Path(__file__).parents[1] / "vectors" / "webpush.json").read_text()
)["rfc8291_appendix_a"]
# The sender's own key in RFC 8291, appendix A: it is drawn anew for each message.
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
ORIGIN = "https://updates.push.services.mozilla.com"
NOW = 1_800_000_000.0


def keys_of(phone: Phone) -> PhoneKeys:
    return PhoneKeys.read(**phone.keys)


def test_the_message_of_the_rfc_comes_out_byte_for_byte() -> None:
    expected = base64url.decoded(VECTOR["body_b64url"])

    body = encrypt(
        VECTOR["plaintext"].encode(),
        PhoneKeys.read(VECTOR["ua_public"], VECTOR["auth_secret"]),
        private=vapid.private_key(SENDER),
        salt=expected[:16],
    )

    assert body == expected


def test_the_phone_of_the_rfc_reads_its_message() -> None:
    phone = Phone(
        vapid.private_key(VECTOR["ua_private"]),
        base64url.decoded(VECTOR["auth_secret"]),
    )

    read = phone.read(base64url.decoded(VECTOR["body_b64url"]))

    assert read.decode() == VECTOR["plaintext"]


@given(plain=st.binary(max_size=MAX_PLAIN_SIZE))
def test_the_phone_reads_what_was_written(plain: bytes) -> None:
    phone = Phone()

    assert phone.read(encrypt(plain, keys_of(phone))) == plain


def test_no_two_messages_are_alike() -> None:
    keys = keys_of(Phone())

    one, other = encrypt(b"same", keys), encrypt(b"same", keys)

    assert one[:16] != other[:16]
    assert one[21:86] != other[21:86]


def test_the_longest_payload_makes_a_message_that_every_service_takes() -> None:
    keys = keys_of(Phone())

    assert len(encrypt(b"x" * MAX_PLAIN_SIZE, keys)) == encryption.RECORD_SIZE
    with pytest.raises(ValueError, match="too large"):
        encrypt(b"x" * (MAX_PLAIN_SIZE + 1), keys)


POINT = Phone(vapid.private_key(SENDER)).point


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param(b64url(POINT[:64]), b64url(b"a" * 16), id="short point"),
        pytest.param(b64url(POINT + b"\0"), b64url(b"a" * 16), id="long point"),
        pytest.param(
            b64url(POINT[:64] + bytes([POINT[64] ^ 1])),
            b64url(b"a" * 16),
            id="off the curve",
        ),
        pytest.param(b64url(b"\4" + bytes(64)), b64url(b"a" * 16), id="zeros"),
        pytest.param(
            b64url(b"\2" + POINT[1:33]), b64url(b"a" * 16), id="compressed point"
        ),
        pytest.param(b64url(POINT), b64url(b"a" * 15), id="short secret"),
        pytest.param(b64url(POINT), b64url(b"a" * 17), id="long secret"),
        pytest.param("é" * 87, b64url(b"a" * 16), id="not ASCII"),
        pytest.param(b64url(POINT)[:-1] + "*", b64url(b"a" * 16), id="junk"),
    ],
)
def test_what_is_no_key_is_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        PhoneKeys.read(p256dh, auth)


def test_keys_may_come_padded() -> None:
    phone = Phone()

    read = PhoneKeys.read(phone.keys["p256dh"] + "=", phone.keys["auth"] + "==")

    assert encryption.point_of(read.public) == phone.point


def test_the_sender_is_proven_for_one_service_and_twelve_hours() -> None:
    key = vapid.private_key(vapid.new_private_text())
    value = vapid.authorization(
        key, origin=ORIGIN, contact="mailto:ops@example.org", now=NOW
    )
    received = Received(ORIGIN, "/x", b"", {"Authorization": value})

    assert check_sender(received, now=NOW) == vapid.public_text(key)
    token = value.removeprefix("vapid t=").partition(",")[0].split(".")[1]
    assert json.loads(base64url.decoded(token)) == {
        "aud": ORIGIN,
        "exp": int(NOW) + DAY_SECONDS // 2,
        "sub": "mailto:ops@example.org",
    }


def test_the_public_key_is_a_point_as_browsers_want_it() -> None:
    text = vapid.public_text(vapid.private_key(SENDER))

    assert base64url.decoded(text) == POINT
    assert "=" not in text


@pytest.mark.parametrize("text", ["", "AAAA", b64url(bytes(32))])
def test_what_is_no_private_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        vapid.private_key(text)


@given(st.binary(max_size=100))
def test_base64url_is_read_as_it_was_written(data: bytes) -> None:
    assert base64url.decoded(base64url.encoded(data)) == data


@pytest.mark.parametrize("text", ["A", "AB", "AA+A", "A A", "ÀAAA"])
def test_another_spelling_is_not_base64url(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        base64url.decoded(text)
