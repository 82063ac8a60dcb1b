"""Whatever comes: a refusal with a code that has a sentence, and no other exception."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from companies.credentials import verifying
from companies.credentials.sentences import sentence_of
from ledger.credentials import did_web, status_list
from ledger.credentials.refusals import Refused
from tests.companies.credentials import signing
from tests.companies.credentials.signing import DID, NOW, Issuer

ISSUER = Issuer()
DOCUMENT = did_web.read_document(ISSUER.document(), did=DID)
LIST = ISSUER.token(ISSUER.status_list())
TOKEN = ISSUER.token(signing.conformity())

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=15,
)


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return where something is in a JSON value, from the top to the leaves."""
    found = [here] if here else []
    members: Any = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for name, item in members:
        found += paths(item, (*here, name))
    return found


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return a copy in which the value at `path` is another one."""
    copy = json.loads(json.dumps(value))
    place = copy
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = new
    return copy


def verify(token: str, status: str = LIST, document: Any = DOCUMENT) -> None:
    """Verify; a refusal without a sentence is a `KeyError`."""
    try:
        verifying.verify(
            token, document, status, vocabulary=signing.VOCABULARY, at=NOW
        ).attestation.figure_of("employees", 2025)
    except Refused as refused:
        sentence_of(refused)


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*"))
def test_any_text_as_a_token_or_a_list(text: str) -> None:
    verify(text)
    verify(TOKEN, status=text)


@given(st.binary())
def test_any_signed_bytes(body: bytes) -> None:
    verify(ISSUER.token(body))
    verify(TOKEN, status=ISSUER.token(body))


@given(st.sampled_from(paths(signing.conformity())), JSON)
def test_any_value_anywhere_in_a_credential(path: tuple[Any, ...], new: Any) -> None:
    verify(ISSUER.token(changed(signing.conformity(), path, new)))


@given(st.sampled_from(paths(ISSUER.status_list())), JSON)
def test_any_value_anywhere_in_a_list(path: tuple[Any, ...], new: Any) -> None:
    verify(TOKEN, status=ISSUER.token(changed(ISSUER.status_list(), path, new)))


@given(st.sampled_from(["alg", "typ", "cty", "kid", "crit", "b64", "x5c", "jwk"]), JSON)
def test_any_value_in_a_header(name: str, new: Any) -> None:
    verify(ISSUER.token(signing.conformity(), **{name: new}))


@given(st.sampled_from(paths(json.loads(ISSUER.document()))), JSON)
def test_any_value_anywhere_in_a_document(path: tuple[Any, ...], new: Any) -> None:
    document = json.dumps(changed(json.loads(ISSUER.document()), path, new)).encode()
    try:
        verify(TOKEN, document=did_web.read_document(document, did=DID))
    except Refused as refused:
        sentence_of(refused)


@given(st.binary())
def test_any_bytes_as_a_document(document: bytes) -> None:
    try:
        did_web.read_document(document, did=DID)
    except Refused as refused:
        sentence_of(refused)


@given(st.text() | st.binary().map(lambda data: "u" + signing.base64url(data)))
def test_any_text_as_packed_bits(text: str) -> None:
    try:
        status_list.unpack(text)
    except Refused as refused:
        sentence_of(refused)
