"""
Signing credentials of our own: key pairs, the token, the DID document. Pure.

Only ES256: every library of the profile verifies it. A private key is a JWK as text,
which whoever keeps it seals.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from joserfc import jws
from joserfc.jwk import ECKey

ALGORITHM = "ES256"
DOCUMENT_CONTEXT = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1")
_PUBLIC = ("kty", "crv", "x", "y")


class Method(NamedTuple):
    """A public key under the name that tokens give it: the `k1` of `did:web:…#k1`."""

    name: str
    public_jwk: Mapping[str, str]


def new_private() -> str:
    """Return a new private key."""
    key = ECKey.generate_key("P-256", private=True)
    return json.dumps(key.as_dict(private=True))


def public_jwk(private: str) -> dict[str, str]:
    """Return the public half: what makes the key, and nothing else."""
    members = ECKey.import_key(json.loads(private)).as_dict(private=False)
    return {name: str(members[name]) for name in _PUBLIC}


def sign(credential: Mapping[str, Any], *, private: str, kid: str) -> str:
    """Return the token around a credential; `kid` is an absolute DID URL."""
    header = {"alg": ALGORITHM, "typ": "vc+jwt", "cty": "vc", "kid": kid}
    payload = json.dumps(credential, ensure_ascii=False, separators=(",", ":"))
    key = ECKey.import_key(json.loads(private))
    return jws.serialize_compact(header, payload.encode(), key, [ALGORITHM])


def document(did: str, methods: Iterable[Method]) -> dict[str, Any]:
    """
    Return the DID document with these keys.

    A key that signs no more stays a method, and stays under `assertionMethod`: without
    it what the key has signed could not be verified any more.
    """
    known = list(methods)
    return {
        "@context": list(DOCUMENT_CONTEXT),
        "id": did,
        "verificationMethod": [
            {
                "id": f"{did}#{one.name}",
                "type": "JsonWebKey",
                "controller": did,
                "publicKeyJwk": {**one.public_jwk, "alg": ALGORITHM},
            }
            for one in known
        ],
        "assertionMethod": [f"{did}#{one.name}" for one in known],
    }
