"""Revoked or not: one bit in a list that the issuer itself signed."""

import gzip
import zlib
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.credentials import verifying
from ledger.credentials import did_web, status_list
from ledger.credentials.refusals import Refused
from ledger.credentials.status_list import Entry
from tests.companies.credentials import signing
from tests.companies.credentials.signing import DID, LIST, NOW, Issuer, rfc3339

ISSUER = Issuer()
STRANGER = Issuer("did:web:stranger.example")
DOCUMENT = did_web.read_document(ISSUER.document(), did=DID)
ENTRY = Entry(LIST, 94_567, "revocation")


def is_revoked(status: str | None, entry: Entry = ENTRY) -> Any:
    """Say whether the bit is set, or return the code and part of the refusal."""
    try:
        return verifying.is_revoked(entry, status, DOCUMENT, at=NOW)
    except Refused as refused:
        return refused.code, refused.part


def test_the_bit_of_the_credential_decides() -> None:
    assert is_revoked(ISSUER.token(ISSUER.status_list(94_567))) is True
    assert is_revoked(ISSUER.token(ISSUER.status_list(94_566, 94_568))) is False


def test_index_zero_is_the_most_significant_bit_of_the_first_byte() -> None:
    bits = bytes([0b1000_0000]) + bytes(131_072 // 8 - 2) + bytes([0b0000_0001])
    encoded = "u" + signing.base64url(gzip.compress(bits))
    subject = {"type": "BitstringStatusList", "statusPurpose": "revocation"}
    token = ISSUER.token(
        ISSUER.status_list(credentialSubject=subject | {"encodedList": encoded})
    )

    set_bits = [
        bit
        for bit in (0, 1, 7, 8, 131_064, 131_071)
        if is_revoked(token, ENTRY._replace(bit=bit))
    ]

    assert set_bits == [0, 131_071]


@given(st.sets(st.integers(0, 131_071), max_size=20), st.integers(0, 131_071))
def test_exactly_the_revoked_are_revoked(revoked: set[int], bit: int) -> None:
    encoded = ISSUER.status_list(*revoked)["credentialSubject"]["encodedList"]
    found = status_list.StatusList(
        "",
        DID,
        LIST,
        ("revocation",),
        status_list.unpack(encoded),
        None,  # type: ignore[arg-type]
    )

    assert found.is_set(ENTRY._replace(bit=bit)) == (bit in revoked)


def test_a_list_that_is_missing_is_asked_for() -> None:
    assert is_revoked(None) == ("status_list_missing", "")
    assert is_revoked("") == ("status_list_missing", "")


def test_a_list_that_somebody_else_signed_is_refused() -> None:
    named_so = STRANGER.token(ISSUER.status_list(issuer=STRANGER.did))
    in_our_name = STRANGER.token(ISSUER.status_list())
    with_our_kid = STRANGER.token(ISSUER.status_list(), kid=ISSUER.kid)

    assert is_revoked(named_so) == ("status_list_foreign", "status_list")
    assert is_revoked(in_our_name) == ("credential_kid_foreign", "status_list")
    assert is_revoked(with_our_kid) == ("credential_signature", "status_list")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id": "https://audit.example/status/2"}, "status_list_other"),
        ({"id": None}, "status_list_malformed"),
        ({"validUntil": rfc3339(NOW)}, "credential_expired"),
        ({"validFrom": rfc3339(NOW + timedelta(hours=1))}, "credential_not_yet_valid"),
        ({"validFrom": rfc3339(NOW - timedelta(days=32))}, "status_list_stale"),
        ({"type": ["VerifiableCredential"]}, "credential_kind"),
        ({"vc": {}}, "credential_vc_claim"),
        ({"credentialSubject": []}, "status_list_malformed"),
    ],
)
def test_a_list_that_does_not_hold_is_refused(
    changes: dict[str, Any], code: str
) -> None:
    found = is_revoked(ISSUER.token(ISSUER.status_list(**changes)))

    assert found[0] == code


def with_bits(encoded: Any, **changes: Any) -> str:
    """Return a signed list of these bits."""
    subject = {
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": encoded,
        **changes,
    }
    return ISSUER.token(ISSUER.status_list(credentialSubject=subject))


GOOD = gzip.compress(bytes(131_072 // 8), mtime=0)


@pytest.mark.parametrize(
    ("encoded", "code"),
    [
        (None, "status_list_malformed"),
        (signing.base64url(GOOD), "status_list_malformed"),
        ("z" + signing.base64url(GOOD), "status_list_malformed"),
        ("u" + signing.base64url(GOOD) + "==", "credential_malformed"),
        ("u!" + signing.base64url(GOOD), "credential_malformed"),
        ("u" + signing.base64url(GOOD[:-9]), "status_list_malformed"),
        ("u" + signing.base64url(GOOD + b"more"), "status_list_malformed"),
        ("u" + signing.base64url(GOOD + GOOD), "status_list_malformed"),
        (
            "u" + signing.base64url(zlib.compress(bytes(16_384))),
            "status_list_malformed",
        ),
        (
            "u" + signing.base64url(gzip.compress(bytes(16_383))),
            "status_list_malformed",
        ),
        (
            "u" + signing.base64url(gzip.compress(bytes(50_000_000))),
            "credential_too_large",
        ),
    ],
    # Named here: a compressed list holds the second it was made in, and every process
    # of a parallel run has to collect the same tests.
    ids=[
        "none",
        "no prefix",
        "another base",
        "padded",
        "another alphabet",
        "cut short",
        "something behind",
        "two lists",
        "zlib",
        "a byte short",
        "a bomb",
    ],
)
def test_bits_that_cannot_be_unpacked_are_refused(encoded: Any, code: str) -> None:
    assert is_revoked(with_bits(encoded)) == (code, "status_list")


def test_a_bit_beyond_the_list_is_no_answer() -> None:
    status = ISSUER.token(ISSUER.status_list())

    found = is_revoked(status, ENTRY._replace(bit=131_072))

    assert found == ("status_list_malformed", "")


def test_a_list_for_another_purpose_is_no_answer() -> None:
    suspended = with_bits("u" + signing.base64url(GOOD), statusPurpose="suspension")
    both = with_bits(
        "u" + signing.base64url(GOOD), statusPurpose=["suspension", "revocation"]
    )

    assert is_revoked(suspended) == ("status_list_other", "")
    assert is_revoked(both) is False


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "StatusList2021Entry"},
        {"statusListIndex": 94_567},
        {"statusListIndex": "-1"},
        {"statusListIndex": "1e3"},
        {"statusListIndex": "٣"},
        {"statusListIndex": "9" * 10},
        {"statusListIndex": ""},
        {"statusPurpose": "message"},
        {"statusPurpose": ["revocation"]},
        {"statusSize": 2},
        {"statusListCredential": "http://audit.example/status/1"},
        {"statusListCredential": None},
        {"statusListCredential": "https://" + "a" * 500},
    ],
)
def test_a_status_that_we_cannot_check_is_refused(changes: dict[str, Any]) -> None:
    entry = signing.conformity()["credentialStatus"] | changes

    with pytest.raises(Refused, match="credential_status_unknown"):
        status_list.entry_of({"credentialStatus": entry})


@pytest.mark.parametrize("given", [[], {}, "x", None, [{}, {}]])
def test_a_status_of_another_form_is_refused(given: Any) -> None:
    with pytest.raises(Refused, match="credential_status_unknown"):
        status_list.entry_of({"credentialStatus": given})
