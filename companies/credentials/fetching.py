"""
Asking an issuer's own domain for its DID document, and a list's address for the list.

Off unless `FLASHSESAME_DID_WEB` is set. Never inside a transaction: the other side may
take its time.
"""

from urllib.parse import urlsplit

from django.conf import settings

from common import outgoing
from common.outgoing import NoAnswer
from ledger.credentials import did_web, jws, status_list
from ledger.credentials.refusals import Refused

SECONDS = 5.0
# Where a domain serves what we gave its owner, and how much of it is read.
CHALLENGE_PATH = "/.well-known/flashsesame.txt"
MAX_CHALLENGE_BYTES = 4 * 1024


def is_on() -> bool:
    """Say whether this service may ask other domains."""
    return bool(settings.DID_WEB)


def document(did: str) -> bytes:
    """Return the DID document that the domain of `did` serves, as it is served."""
    place = did_web.place_of(did)
    return _get(
        place.base_url,
        place.path,
        accept="application/did+json, application/json",
        most=did_web.MAX_DOCUMENT_BYTES,
        refusal="did_document_unreachable",
    )


def challenge(domain: str) -> bytes:
    """Return what a domain serves where our challenges are laid."""
    place = did_web.place_of(f"did:web:{domain}")
    return _get(
        place.base_url,
        CHALLENGE_PATH,
        accept="text/plain",
        most=MAX_CHALLENGE_BYTES,
        refusal="did_document_unreachable",
    )


def status_of(token: str) -> str | None:
    """Return the status list that an unverified token points to, or none."""
    entry = status_list.entry_of(jws.read(token).credential)
    if entry is None:
        return None
    try:
        parts = urlsplit(entry.url)
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        base_url = f"https://{parts.netloc}"
    except ValueError as error:
        raise Refused("status_list_unreachable") from error
    body = _get(
        base_url,
        path,
        accept="application/vc+jwt",
        most=status_list.MAX_TOKEN_LENGTH,
        refusal="status_list_unreachable",
    )
    return body.decode("ascii", errors="replace").strip()


def _get(base_url: str, path: str, *, accept: str, most: int, refusal: str) -> bytes:
    try:
        answer = outgoing.get(
            base_url,
            path,
            user_agent=f"Flashsesame/{settings.VERSION} ({settings.BASE_URL})",
            accept=accept,
            seconds=SECONDS,
            max_bytes=most,
        )
    except NoAnswer as error:
        raise Refused(refusal) from error
    except outgoing.TooLarge as error:
        raise Refused("credential_too_large") from error
    # A redirect is an answer of another status: it is not followed.
    if answer.status != 200:
        raise Refused(refusal)
    return answer.body
