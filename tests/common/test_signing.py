"""Standard Webhooks signatures: what is accepted, and that all else is refused."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import signing
from common.signing import SignatureRefused

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "webhooks.json").read_text()
)
POSITIVE = [
    vector
    for vector in VECTORS["vectors"]
    if vector["scheme"].startswith("standard-webhooks")
]
NEGATIVE = VECTORS["negative"]
FIRST = POSITIVE[0]
SECRET = "whsec_" + base64.b64encode(b"a secret of our own, 32 bytes ok").decode()


def name_of(vector: dict[str, Any]) -> str:
    return str(vector.get("name") or f"{vector['scheme']} {vector['secret'][-6:]}")


def headers_of(vector: dict[str, Any], **others: str) -> dict[str, str]:
    headers = {
        "webhook-id": vector["id"],
        "webhook-timestamp": str(vector["timestamp"]),
        "webhook-signature": vector["expected"],
    }
    return {**headers, **{f"webhook-{key}": value for key, value in others.items()}}


def keys_of(vector: dict[str, Any]) -> list[str]:
    if vector["scheme"] == "standard-webhooks-v1a":
        return [vector["public"]]
    return [vector["secret"]]


@pytest.mark.parametrize("offset", [-300, 0, 300])
@pytest.mark.parametrize("vector", POSITIVE, ids=name_of)
def test_a_published_signature_is_accepted_within_five_minutes(
    vector: dict[str, Any], offset: int
) -> None:
    identifier = signing.verify(
        vector["body"].encode(),
        headers_of(vector),
        keys_of(vector),
        now=vector["timestamp"] + offset,
    )

    assert identifier == vector["id"]


@pytest.mark.parametrize("offset", [-301, 301])
@pytest.mark.parametrize("vector", POSITIVE, ids=name_of)
def test_a_published_signature_is_refused_a_second_later(
    vector: dict[str, Any], offset: int
) -> None:
    with pytest.raises(SignatureRefused):
        signing.verify(
            vector["body"].encode(),
            headers_of(vector),
            keys_of(vector),
            now=vector["timestamp"] + offset,
        )


@pytest.mark.parametrize("vector", NEGATIVE, ids=name_of)
def test_a_published_forgery_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(SignatureRefused):
        signing.verify(
            vector["body"].encode(),
            vector["headers"],
            [vector["secret"]],
            now=vector["now"],
        )


@pytest.mark.parametrize(
    "vector",
    [vector for vector in POSITIVE if vector["scheme"] != "standard-webhooks-rotation"],
    ids=name_of,
)
def test_our_signature_is_the_published_one(vector: dict[str, Any]) -> None:
    ours = signing.sign(
        vector["body"].encode(),
        identifier=vector["id"],
        timestamp=vector["timestamp"],
        key=vector["secret"],
    )

    assert ours == vector["expected"]


ROTATION = next(one for one in POSITIVE if one["scheme"].endswith("rotation"))


@pytest.mark.parametrize(
    "keys",
    [
        [ROTATION["secret"]],
        [ROTATION["public"]],
        [ROTATION["secret"], ROTATION["public"]],
        [SECRET, ROTATION["public"]],
    ],
    ids=["secret alone", "public key alone", "both", "another secret first"],
)
def test_during_a_rotation_one_right_key_is_enough(keys: list[str]) -> None:
    body = ROTATION["body"].encode()

    assert signing.verify(body, headers_of(ROTATION), keys, now=ROTATION["timestamp"])


@pytest.mark.parametrize(
    "keys", [[], [SECRET], [POSITIVE[4]["public"]]], ids=["none", "other", "other kind"]
)
def test_without_the_right_key_it_is_refused(keys: list[str]) -> None:
    with pytest.raises(SignatureRefused):
        signing.verify(
            FIRST["body"].encode(), headers_of(FIRST), keys, now=FIRST["timestamp"]
        )


@pytest.mark.parametrize(
    "signature",
    [
        "",
        " ",
        FIRST["expected"] + " ",
        "v2," + FIRST["expected"][3:],
        FIRST["expected"].replace("v1,", "v1a,"),
        FIRST["expected"] + " " + "v1,é",
        " ".join([FIRST["expected"]] * (signing.MAX_SIGNATURES + 1)),
        FIRST["expected"].rstrip("="),
        FIRST["expected"] + "=",
        FIRST["expected"] + "\n",
    ],
    ids=[
        "empty",
        "blank",
        "blank after",
        "unknown version",
        "a v1 called v1a",
        "one malformed beside a right one",
        "too many",
        "no padding",
        "too much padding",
        "a line break",
    ],
)
def test_a_signature_list_with_one_fault_is_refused(signature: str) -> None:
    with pytest.raises(SignatureRefused):
        signing.verify(
            FIRST["body"].encode(),
            headers_of(FIRST, signature=signature),
            [FIRST["secret"], POSITIVE[4]["public"]],
            now=FIRST["timestamp"],
        )


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("id", "msg p5"),
        ("id", ""),
        ("id", "m" * 65),
        ("id", "msg_é"),
        ("timestamp", "+161426533"),
        ("timestamp", "1614265330 "),
        ("timestamp", "١٦١٤٢٦٥٣٣٠"),
        ("timestamp", "161426533"),
    ],
)
def test_a_malformed_id_or_timestamp_is_refused(header: str, value: str) -> None:
    with pytest.raises(SignatureRefused):
        signing.verify(
            FIRST["body"].encode(),
            headers_of(FIRST, **{header: value}),
            [FIRST["secret"]],
            now=FIRST["timestamp"],
        )


@given(st.binary(max_size=200), st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True))
def test_what_we_sign_we_accept(body: bytes, identifier: str) -> None:
    now = 1_700_000_000
    headers = {
        "webhook-id": identifier,
        "webhook-timestamp": str(now),
        "webhook-signature": signing.sign(
            body, identifier=identifier, timestamp=now, key=SECRET
        ),
    }

    assert signing.verify(body, headers, [SECRET], now=now) == identifier
    with pytest.raises(SignatureRefused):
        signing.verify(body + b"!", headers, [SECRET], now=now)


HEADER = st.one_of(
    st.text(max_size=80),
    st.just("1614265330"),
    st.just(FIRST["expected"]),
    st.builds("v1,{}".format, st.text("ABab01+/=", min_size=40, max_size=90)),
    st.builds("v1a,{}".format, st.text("ABab01+/=", min_size=80, max_size=90)),
)


@given(
    st.binary(max_size=100),
    st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]),
        HEADER,
    ),
)
def test_whatever_arrives_only_a_refusal_is_raised(
    body: bytes, headers: dict[str, str]
) -> None:
    keys = [FIRST["secret"], POSITIVE[4]["public"]]

    with pytest.raises(SignatureRefused):
        signing.verify(body, headers, keys, now=1_614_265_330)


def test_a_public_key_cannot_sign() -> None:
    with pytest.raises(ValueError, match="whsec_ or whsk_"):
        signing.sign(
            b"", identifier="m", timestamp=int(time.time()), key=POSITIVE[4]["public"]
        )
