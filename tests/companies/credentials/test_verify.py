"""One credential that is accepted, and what differs from it in one thing only."""

import copy
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from companies.credentials import verifying
from companies.credentials.verifying import Verified
from ledger.credentials import did_web
from ledger.credentials.refusals import Refused
from tests.companies.credentials import signing
from tests.companies.credentials.signing import DID, LIST, NOW, Issuer, rfc3339

ISSUER = Issuer()
STRANGER = Issuer("did:web:stranger.example")


def verified(
    token: str,
    *,
    document: bytes | None = None,
    status: str | None = None,
    did: str = DID,
) -> Verified:
    """Verify as of `NOW`, with the issuer's own document and an empty status list."""
    return verifying.verify(
        token,
        did_web.read_document(document or ISSUER.document(), did=did),
        ISSUER.token(ISSUER.status_list()) if status is None else status,
        vocabulary=signing.VOCABULARY,
        at=NOW,
    )


def refusal(token: str, **members: Any) -> str:
    """Return the code with which a token is refused."""
    with pytest.raises(Refused) as refused:
        verified(token, **members)
    return refused.value.code


@pytest.mark.parametrize("algorithm", ["ES256", "Ed25519", "EdDSA"])
def test_a_credential_is_verified(algorithm: str) -> None:
    issuer = ISSUER if algorithm == "ES256" else Issuer(kind="OKP")
    token = issuer.token(signing.conformity(), alg=algorithm)
    status = issuer.token(issuer.status_list(0, 94_566, 94_568), alg=algorithm)

    found = verified(token, document=issuer.document(), status=status)

    figure = found.attestation.figure_of("employees", 2025)
    assert (figure.value, figure.unit, figure.conforms) == (Decimal(47), "C62", True)
    assert found.issuer == DID
    assert found.attestation.assessment_level == "Verified"
    assert found.validity.valid_until == NOW + timedelta(days=300)


def test_without_a_status_entry_no_list_is_asked_for() -> None:
    credential = signing.conformity()
    del credential["credentialStatus"]

    assert verified(ISSUER.token(credential), status="").status is None


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "none"}, "credential_algorithm"),
        ({"alg": "HS256"}, "credential_algorithm"),
        ({"alg": "ES384"}, "credential_algorithm"),
        ({"alg": None}, "credential_algorithm"),
        ({"alg": ["ES256"]}, "credential_algorithm"),
        ({"alg": "Ed25519"}, "credential_signature"),
        ({"typ": "JWT"}, "credential_typ"),
        ({"typ": None}, "credential_typ"),
        ({"cty": "vp"}, "credential_typ"),
        ({"kid": f"{STRANGER.did}#k1"}, "credential_kid_foreign"),
        ({"kid": "#k1"}, "credential_kid_foreign"),
        ({"kid": DID}, "credential_kid_foreign"),
        ({"kid": f"{DID}#k2"}, "credential_method_absent"),
        ({"crit": ["b64"], "b64": False}, "credential_malformed"),
        ({"b64": False}, "credential_malformed"),
    ],
)
def test_a_header_of_another_profile_is_refused(
    header: dict[str, Any], code: str
) -> None:
    assert refusal(ISSUER.token(signing.conformity(), **header)) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"validUntil": rfc3339(NOW)}, "credential_expired"),
        ({"exp": int(NOW.timestamp())}, "credential_expired"),
        (
            {"validFrom": rfc3339(NOW + timedelta(seconds=1))},
            "credential_not_yet_valid",
        ),
        ({"nbf": int(NOW.timestamp()) + 1}, "credential_not_yet_valid"),
        ({"validFrom": "yesterday"}, "credential_malformed"),
        ({"validFrom": "2026-02-30T00:00:00Z"}, "credential_malformed"),
        ({"validFrom": "2026-01-01T00:00:00"}, "credential_malformed"),
        ({"exp": True}, "credential_malformed"),
        ({"vc": {}}, "credential_vc_claim"),
        ({"vp": {}}, "credential_vc_claim"),
        ({"iss": STRANGER.did}, "credential_issuer_differs"),
        ({"issuer": STRANGER.did}, "credential_kid_foreign"),
        ({"issuer": []}, "credential_malformed"),
        ({"@context": []}, "credential_context"),
        ({"@context": [signing.CONTEXT]}, "credential_context"),
        ({"@context": signing.CONTEXT}, "credential_context"),
        (
            {"@context": [signing.CONTEXT, "https://stranger.example/words"]},
            "credential_context",
        ),
        ({"type": ["VerifiableCredential"]}, "credential_kind"),
        ({"type": "DigitalConformityCredential"}, "credential_kind"),
        ({"credentialSubject": []}, "credential_malformed"),
        (
            {"credentialSubject": signing.subject(assessorLevel="Self")},
            "credential_not_third_party",
        ),
    ],
)
def test_a_credential_that_differs_is_refused(
    changes: dict[str, Any], code: str
) -> None:
    assert refusal(ISSUER.token(signing.conformity(**changes))) == code


def test_a_revoked_credential_is_refused() -> None:
    token = ISSUER.token(signing.conformity())
    status = ISSUER.token(ISSUER.status_list(94_567))

    assert refusal(token, status=status) == "credential_revoked"


def test_a_credential_that_ends_before_it_begins_is_refused() -> None:
    credential = signing.conformity(validUntil=rfc3339(NOW - timedelta(days=11)))

    assert refusal(ISSUER.token(credential)) == "credential_malformed"


def test_iss_may_repeat_the_issuer() -> None:
    assert verified(ISSUER.token(signing.conformity(iss=DID))).issuer == DID


def test_somebody_else_s_signature_under_the_issuer_s_name_is_refused() -> None:
    token = ISSUER.token(signing.conformity(), key=STRANGER.key)

    assert refusal(token) == "credential_signature"


def test_a_changed_value_breaks_the_signature() -> None:
    head, _body, signature = ISSUER.token(signing.conformity()).split(".")
    changed = copy.deepcopy(signing.conformity())
    changed["credentialSubject"]["assessment"][0]["declaredValue"] = []
    body = signing.base64url(json.dumps(changed).encode())

    assert refusal(f"{head}.{body}.{signature}") == "credential_signature"


def test_a_stranger_s_credential_is_not_ours_to_believe() -> None:
    token = STRANGER.token(signing.conformity(issuer=STRANGER.did))

    assert refusal(token) == "credential_kid_foreign"


def test_what_is_no_token_is_refused() -> None:
    token = ISSUER.token(signing.conformity())

    for spoilt in [
        "",
        token.replace(".", ""),
        f"{token}.",
        f"{token}=",
        f" {token}",
        "é" + token,
        token.partition(".")[2],
        token[:-1] + "\n",
    ]:
        assert refusal(spoilt) == "credential_malformed", spoilt[:20]


def test_a_signature_has_one_spelling_only() -> None:
    token = ISSUER.token(signing.conformity())
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    # The last character carries four bits that say nothing.
    twin = token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]

    assert refusal(twin) == "credential_malformed"
    assert refusal(token[:-2]) in {"credential_malformed", "credential_signature"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"issuer": 1, "issuer": 2}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999999999}',
        b'{"a": 0.' + b"9" * 31 + b"}",
        b'{"a": ' + b"9" * 31 + b"}",
        b'{"a": ' + b"[" * 50 + b"]" * 50 + b"}",
        b'{"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"a": "\\ud800"}',
        b'{"a": "\\u0000"}',
        b"\xff\xfe",
        b"[]",
        b"",
    ],
)
def test_json_that_readers_understand_differently_is_refused(body: bytes) -> None:
    assert refusal(ISSUER.token(body)) == "credential_malformed"


def test_a_token_without_end_is_not_read() -> None:
    assert refusal("a" * 300_000) == "credential_too_large"
    assert (
        refusal(ISSUER.token(signing.conformity(), hint="a" * 5000))
        == "credential_too_large"
    )


def test_the_samples_of_the_profile_are_read() -> None:
    token = ISSUER.token(signing.sample("conformity"))
    status = ISSUER.token(ISSUER.status_list())

    found = verified(token, status=status)

    assert found.status is not None
    assert (found.status.url, found.status.bit) == (LIST, 94_567)
    assert found.attestation.party.registered_id == "123456782"


def test_the_other_sample_is_no_conformity_credential() -> None:
    credential = signing.sample("identity") | {"issuer": DID}

    assert refusal(ISSUER.token(credential)) == "credential_context"
