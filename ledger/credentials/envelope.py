"""
What every credential says of itself: what it is, and from when to when. Pure.

Source: Verifiable Credentials Data Model 2.0, sections 4.3, 4.5 and 4.9.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ledger.credentials.instants import instant
from ledger.credentials.refusals import Refused

CONTEXT = "https://www.w3.org/ns/credentials/v2"
MAX_SECONDS = 10**11


class Validity(NamedTuple):
    """From when to when a credential holds; without end when it names none."""

    valid_from: datetime
    valid_until: datetime | None


def check_kind(
    credential: dict[str, Any], *, kind: str, contexts: Collection[str]
) -> None:
    """
    Raise `Refused` unless the credential is a `kind`, in words that we know.

    Another context could give the same words another meaning, so none but `contexts`
    may follow that of the data model, and where there are any, one does.
    """
    given = credential.get("@context")
    if not isinstance(given, list) or given[:1] != [CONTEXT]:
        raise Refused("credential_context")
    others = given[1:]
    if not all(isinstance(one, str) and one in contexts for one in others):
        raise Refused("credential_context")
    if contexts and not others:
        raise Refused("credential_context")
    types = credential.get("type")
    if not isinstance(types, list) or not {"VerifiableCredential", kind} <= {
        one for one in types if isinstance(one, str)
    }:
        raise Refused("credential_kind")


def check_times(credential: dict[str, Any], *, at: datetime) -> Validity:
    """Return from when to when it holds; raise `Refused` unless it does at `at`."""
    refusal = "credential_malformed"
    valid_from = instant(credential.get("validFrom"), refusal=refusal)
    valid_until = None
    if "validUntil" in credential:
        valid_until = instant(credential["validUntil"], refusal=refusal)
        if valid_until <= valid_from:
            raise Refused(refusal)
    # The claims of a JWT say the same in seconds; who gives both means the narrower.
    starts = [valid_from, *_seconds(credential, "nbf")]
    ends = [end for end in (valid_until, *_seconds(credential, "exp")) if end]
    if max(starts) > at:
        raise Refused("credential_not_yet_valid")
    if ends and min(ends) <= at:
        raise Refused("credential_expired")
    return Validity(max(starts), min(ends) if ends else None)


def _seconds(credential: dict[str, Any], name: str) -> list[datetime]:
    if name not in credential:
        return []
    value = credential[name]
    if type(value) is not int or not 0 <= value <= MAX_SECONDS:
        raise Refused("credential_malformed")
    return [datetime.fromtimestamp(value, UTC)]
