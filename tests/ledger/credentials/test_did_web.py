"""Where a DID document is, and which of its keys sign."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from ledger.credentials import did_web, keys
from ledger.credentials.did_web import Place
from ledger.credentials.refusals import Refused
from tests.companies.credentials.signing import DID, NOW, Issuer

ISSUER = Issuer()


@pytest.mark.parametrize(
    ("did", "place"),
    [
        ("did:web:h.example", ("https://h.example", "/.well-known/did.json")),
        (
            "did:web:h.example%3A8443:a:b",
            ("https://h.example:8443", "/a/b/did.json"),
        ),
        (
            "did:web:xn--caf-dma.example:equipe",
            ("https://xn--caf-dma.example", "/equipe/did.json"),
        ),
    ],
)
def test_a_did_says_where_its_document_is(did: str, place: tuple[str, str]) -> None:
    assert did_web.place_of(did) == Place(*place)


@pytest.mark.parametrize(
    "did",
    [
        "did:web:localhost",
        "did:web:localhost%3A8000",
        "did:web:printer.local",
        "did:web:db.internal",
        "did:web:a.localhost",
        "did:web:127.0.0.1",
        "did:web:127.1",
        "did:web:2130706433",
        "did:web:0x7f.0x1",
        "did:web:[%3A%3A1]",
        "did:web:%3A%3A1",
        "did:web:169.254.169.254",
        "did:web:user@h.example",
        "did:web:user%40h.example",
        "did:web:h.example%2Fadmin",
        "did:web:h.example:..",
        "did:web:h.example:.:a",
        "did:web:h.example:a:...",
        "did:web:h.example:a%2F..",
        "did:web:h.example::a",
        "did:web:h.example:",
        "did:web:h.example.",
        "did:web:-h.example",
        "did:web:h_h.example",
        "did:web:H.example",
        "did:web:h.example%3A0",
        "did:web:h.example%3A65536",
        "did:web:h.example%3a8443",
        "did:web:h.example:8443:@a",
        "did:web:h.example?a",
        "did:web:h.example#a",
        "did:web:h.example\n",
        "did:web:hé.example",
        "did:web:",
        "did:key:z6Mk",
        "DID:WEB:h.example",
        "did:web:" + "a" * 64 + ".example",
        "did:web:" + "a." * 150 + "example",
        "https://h.example",
    ],
)
def test_a_hostile_did_is_refused(did: str) -> None:
    with pytest.raises(Refused) as refused:
        did_web.place_of(did)

    assert refused.value.code == "did_host_refused"


@given(st.text())
def test_no_text_leads_anywhere_but_to_a_plain_https_address(text: str) -> None:
    try:
        place = did_web.place_of(f"did:web:{text}")
    except Refused:
        return
    assert place.base_url.startswith("https://")
    assert place.path.endswith("/did.json")
    assert ".." not in place.path.split("/")


def key_of(document: bytes, kid: str = ISSUER.kid) -> Any:
    """Return the key of a document as a JWK, or the code of the refusal."""
    try:
        read = did_web.read_document(document, did=DID)
        return did_web.assertion_key(read, kid, at=NOW).as_dict()["x"]
    except Refused as refused:
        return refused.code


OWN = ISSUER.method()["publicKeyJwk"]["x"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"assertionMethod": ["#k1"]},
        {"verificationMethod": [ISSUER.method(id="#k1")]},
        {"verificationMethod": [], "assertionMethod": [ISSUER.method()]},
        {"verificationMethod": [ISSUER.method(type="JsonWebKey2020")]},
        {"verificationMethod": [ISSUER.method(expires="2026-11-22T10:00:01Z")]},
    ],
)
def test_a_key_that_signs_assertions_is_found(changes: dict[str, Any]) -> None:
    assert key_of(ISSUER.document(**changes)) == OWN


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"assertionMethod": []}, "credential_method_absent"),
        (
            {"assertionMethod": [], "authentication": ["#k1"]},
            "credential_method_absent",
        ),
        ({"verificationMethod": []}, "credential_method_absent"),
        (
            {"verificationMethod": [ISSUER.method(), ISSUER.method()]},
            "credential_method_absent",
        ),
        (
            {"verificationMethod": [ISSUER.method(controller="did:web:b.example")]},
            "credential_method_absent",
        ),
        (
            {"verificationMethod": [ISSUER.method(expires="2026-11-22T10:00:00Z")]},
            "credential_method_absent",
        ),
        (
            {"verificationMethod": [ISSUER.method(revoked="2026-11-01T00:00:00Z")]},
            "credential_method_absent",
        ),
        ({"id": "did:web:stranger.example"}, "did_document_malformed"),
        ({"assertionMethod": "#k1"}, "did_document_malformed"),
        ({"assertionMethod": ["#k1"] * 101}, "did_document_malformed"),
        ({"verificationMethod": [ISSUER.method(type="X")]}, "did_document_malformed"),
        (
            {"verificationMethod": [ISSUER.method(publicKeyJwk={"kty": "oct"})]},
            "did_document_malformed",
        ),
        ({"version": 1.5}, "did_document_malformed"),
    ],
)
def test_a_key_that_does_not_sign_assertions_is_not(
    changes: dict[str, Any], code: str
) -> None:
    assert key_of(ISSUER.document(**changes)) == code


@pytest.mark.parametrize(
    "member",
    [
        {"d": "A" * 43},
        {"use": "enc"},
        {"crv": "P-384"},
        {"kty": "RSA"},
        {"x": "A" * 43},
        {"x": "AQ"},
        {"y": None},
    ],
    ids=json.dumps,
)
def test_a_key_that_cannot_be_used_is_refused(member: dict[str, Any]) -> None:
    jwk = ISSUER.method()["publicKeyJwk"] | member

    method = ISSUER.method(publicKeyJwk=jwk)

    assert key_of(ISSUER.document(verificationMethod=[method])) == (
        "did_document_malformed"
    )


def base58(data: bytes) -> str:
    """Return base58btc."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, figure = divmod(number, 58)
        text = keys.BASE58[figure] + text
    return text


# A P-256 key of the right length whose x is no point's.
OFF_CURVE = "z" + base58(b"\x80\x24\x02" + b"\xff" * 32)


def multikey(text: str) -> bytes:
    """Return the issuer's document with a multibase key."""
    method = {"id": "#k1", "type": "Multikey", "publicKeyMultibase": text}
    return ISSUER.document(verificationMethod=[method])


@pytest.mark.parametrize(
    ("text", "x"),
    [
        # Examples of the Multikey sections of did:key and of Data Integrity ECDSA.
        (
            "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
            "Lm_M42cB3HkUiODQsXRcweM6TByfzEHGO9ND274JcOY",
        ),
        (
            "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169",
            "fyNYMN0976ci7xqiSdag3buk-ZCwgXU4kz9XNkBlNUI",
        ),
    ],
)
def test_a_multibase_key_is_read(text: str, x: str) -> None:
    assert key_of(multikey(text)) == x


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z",
        "z0",
        "m6Mk",
        "z" + "2" * 200,
        "z6Mkha",
        "zDnaerDaTF5BXEavCrfRZEk316",
        OFF_CURVE,
    ],
)
def test_a_broken_multibase_key_is_refused(text: str) -> None:
    assert key_of(multikey(text)) == "did_document_malformed"


def test_a_point_off_the_curve_is_no_key() -> None:
    jwk = ECKey.generate_key("P-256").as_dict(private=False)
    method = ISSUER.method(publicKeyJwk=jwk | {"y": jwk["x"]})

    code = key_of(ISSUER.document(verificationMethod=[method]))

    assert code == "did_document_malformed"


def test_a_document_without_end_is_not_read() -> None:
    assert key_of(b" " * (64 * 1024 + 1)) == "credential_too_large"


def test_a_key_counts_until_it_expires() -> None:
    later = (NOW + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    method = ISSUER.method(expires=later)

    assert key_of(ISSUER.document(verificationMethod=[method])) == OWN
