"""Believing what a verifier signed elsewhere, and believing it no more."""

import hashlib
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import DomainError
from companies import catalogue, entering, scoping
from companies.acts import note_act
from companies.assessing import portray
from companies.credentials import conformity, fetching, verifying
from companies.credentials.conformity import Figure, Party
from companies.credentials.verifying import Verified
from companies.levels import RANK, Status
from companies.models import Company, Credential, Statement, Verification, Verifier
from companies.services.pinning import known_document, read, told
from companies.services.rights import require_editor
from companies.services.verifying import require_verifiable
from ledger.credentials import jws
from ledger.credentials.refusals import Refused
from ledger.credentials.status_list import Entry, StatusList, entry_of

Result = Verification.Result
# By fact, the column by which companies with the same number are found.
NUMBERS = {"national_id": "siren", "vat_id": "vat_id", "lei": "lei"}
FIGURES = frozenset({"decimal", "percent", "money", "integer", "boolean+percent"})


def receive_credential(
    *,
    token: str,
    did_document: bytes | None,
    status_list: str | None,
    statement: Statement,
    user: User,
) -> Credential:
    """
    Verify a signed credential about a statement, and record what it confirms.

    The verifier itself may bring it, or an editor of the company. The same token again
    gives the same row. Raise `CredentialRefused`, whose `reason` is a stable code;
    `NotAnEditor`; or, to the verifier itself, what `require_verifiable` raises.

    Not atomic as a whole: another domain is perhaps asked before anything is written.
    """
    try:
        return _received(token.strip(), did_document, status_list, statement, user)
    except Refused as refused:
        raise told(refused) from refused


def recheck_credential(
    *, credential: Credential, status_list: str | None, user: User
) -> int:
    """
    Look a credential up in a newer status list; return how many are withdrawn by it.

    What the issuer revoked is withdrawn at once, and with it whatever else the same
    list revokes. Raise as `receive_credential` does.
    """
    verifier = credential.verification.verifier
    _require_may_bring(user, verifier, credential.statement)
    try:
        found = _newer_list(credential, verifier, status_list)
    except Refused as refused:
        raise told(refused) from refused
    return _withdraw_revoked(found, user)


def vocabulary() -> str:
    """Return the address under which criteria name our facts."""
    return f"{settings.BASE_URL}/facts/"


def _received(
    text: str,
    did_document: bytes | None,
    status: str | None,
    statement: Statement,
    user: User,
) -> Credential:
    token, now = jws.read(text), timezone.now()
    verifier = Verifier.objects.filter(did=token.issuer, is_active=True).first()
    if verifier is None:
        raise Refused("credential_issuer_unknown")
    _require_may_bring(user, verifier, statement)
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = _known(digest, statement)
    if known is not None:
        return known
    kept = known_document(verifier, did_document)
    document = read(kept)
    # Before the address that it names is asked for anything.
    jws.check(token, document, at=now)
    status = _status(text, status)
    verified = verifying.verify(text, document, status, vocabulary=vocabulary(), at=now)
    verification = _verification(verified, verifier, statement)
    _require_scope(verification, user)
    credential = Credential(
        statement=statement,
        token=text,
        sha256=digest,
        issuer=token.issuer,
        did_document=bytes(kept.document),
        valid_from=verified.validity.valid_from,
        valid_until=verified.validity.valid_until,
    )
    if verified.status is not None:
        credential.status_list = status
        credential.status_url = verified.status.url
        credential.status_index = verified.status.bit
    return _record(credential, verification, user)


def _require_may_bring(user: User, verifier: Verifier, statement: Statement) -> None:
    if user.pk != verifier.user_id:
        require_editor(user, statement.company)


def _known(digest: str, statement: Statement) -> Credential | None:
    return Credential.objects.filter(sha256=digest, statement=statement).first()


def _status(token: str, given: str | None) -> str:
    """Return the status list that was given, else what its own address serves."""
    if given is None and fetching.is_on():
        given = fetching.status_of(token)
    return (given or "").strip()


def _verification(
    verified: Verified, verifier: Verifier, statement: Statement
) -> Verification:
    """Return, not saved, what the credential confirms of the statement."""
    figure = _figure(verified, statement)
    assessed_on = figure.assessed_on or _day(verified.validity.valid_from)
    if assessed_on > timezone.localdate():
        raise Refused("credential_not_yet_valid")
    until = verified.validity.valid_until
    return Verification(
        statement=statement,
        verifier=verifier,
        result=Result.VERIFIED,
        assessment_level=verified.attestation.assessment_level,
        assessed_on=assessed_on,
        valid_until=_day(until) if until else None,
    )


def _require_scope(verification: Verification, user: User) -> None:
    """
    Refuse unless the verifier may verify this, then and now.

    The day of the assessment is the issuer's own word: without today's scope, one that
    lost it could go on for ever under old dates.
    """
    verifier, statement = verification.verifier, verification.statement
    try:
        require_verifiable(statement=statement, user=verifier.user)
    except DomainError as error:
        if user.pk == verifier.user_id:
            # Its own rules, told in its own words.
            raise
        raise Refused("credential_out_of_scope") from error
    then = scoping.in_scope(verifier, on=verification.assessed_on)
    if not then.filter(pk=statement.pk).exists():
        raise Refused("credential_out_of_scope")


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _figure(verified: Verified, statement: Statement) -> Figure:
    """Return what is said of the statement's fact and year; refuse another value."""
    fact = catalogue.facts()[statement.fact]
    is_known = statement.status == Status.KNOWN and fact.type in FIGURES
    if not is_known or Statement.objects.filter(supersedes=statement).exists():
        raise Refused("credential_unfit_statement")
    attestation = verified.attestation
    figure = attestation.figure_of(fact.key, statement.covered_year)
    _require_subject(statement.company, [attestation.party, *figure.parties])
    if not figure.conforms:
        raise Refused("credential_not_conformant")
    unit = statement.unit or (fact.unit or "").partition("|")[0]
    if not conformity.is_same(figure, value=Decimal(str(statement.value)), unit=unit):
        raise Refused("credential_value_differs")
    return figure


def _require_subject(company: Company, parties: list[Party]) -> None:
    """Refuse unless each party is the company, and no other company could be it."""
    portrait = portray([company.pk], on=timezone.localdate())[company.pk]
    kept = {fact: portrait.retained.get(fact) for fact in NUMBERS}
    numbers = {
        fact: str(one.value)
        for fact, one in kept.items()
        # A number about which a register disagrees is perhaps another company's.
        if one and one.status == Status.KNOWN and not one.is_contradicted
    }
    identity = kept["national_id"]
    rank = RANK[identity.level] if identity else 0
    for party in parties:
        fact = party.number_among(numbers)
        if fact is None:
            raise Refused("credential_subject_differs")
        others = Company.objects.exclude(pk=company.pk).filter(
            **{f"figures__{NUMBERS[fact]}": numbers[fact]},
            figures__identity_rank__gte=rank,
        )
        if others.exists():
            raise Refused("credential_subject_ambiguous")


@transaction.atomic
def _record(
    credential: Credential, verification: Verification, user: User
) -> Credential:
    statement, verifier = verification.statement, verification.verifier
    # The same lock as stating takes: what is verified cannot be replaced meanwhile.
    Company.objects.select_for_update().get(pk=statement.company_id)
    if known := _known(credential.sha256, statement):
        return known
    if not Statement.objects.current().filter(pk=statement.pk).exists():
        raise Refused("credential_unfit_statement")
    if _was_revoked(credential):
        raise Refused("credential_revoked")
    previous = statement.verifications.current().filter(verifier=verifier).first()
    is_its_own = user.pk == verifier.user_id
    if previous and previous.result != Result.VERIFIED and not is_its_own:
        # An older credential does not undo what the verifier found since.
        raise Refused("credential_overruled")
    verification.supersedes = previous
    entering.record(entering.VERIFICATIONS, [verification])
    credential.verification = verification
    entering.record(entering.CREDENTIALS, [credential])
    _note(credential, user, kind="credential.received")
    return credential


def _was_revoked(credential: Credential) -> bool:
    """Say whether a newer list than the one at hand revoked it, or its twin."""
    return (
        Credential.objects.of_status(
            issuer=credential.issuer, url=credential.status_url
        )
        .filter(status_index=credential.status_index)
        .exclude(revoked_at=None)
        .exists()
    )


def _note(credential: Credential, user: User, *, kind: str) -> None:
    company = credential.statement.company
    Company.objects.filter(pk=company.pk).note_change()
    note_act(
        company=company,
        actor=user,
        kind=kind,
        subject=credential.statement.fact,
        subject_id=credential.pk,
    )


def _entry(credential: Credential) -> Entry:
    entry = entry_of(jws.read(credential.token).credential)
    if entry is None:
        raise Refused("credential_not_revocable")
    return entry


def _newer_list(
    credential: Credential, verifier: Verifier, given: str | None
) -> StatusList:
    entry = _entry(credential)
    document = read(known_document(verifier, None))
    status = _status(credential.token, given)
    if not status:
        raise Refused("status_list_missing")
    found = verifying.read_list(status, document, at=timezone.now())
    # Raises when it is not the list that this credential names.
    found.is_set(entry)
    return found


@transaction.atomic
def _withdraw_revoked(found: StatusList, user: User) -> int:
    """Withdraw all that the list revokes; return how many verifications that were."""
    rows = (
        Credential.objects.of_status(issuer=found.issuer, url=found.url)
        .filter(revoked_at=None)
        .select_related("verification", "statement__company")
    )
    revoked = [row for row in rows if _is_revoked(row, found)]
    companies = {row.statement.company_id for row in revoked}
    list(Company.objects.filter(pk__in=companies).order_by("pk").select_for_update())
    return sum(_withdraw(row, found, user) for row in revoked)


def _is_revoked(credential: Credential, found: StatusList) -> bool:
    entry = _entry(credential)
    return entry.purpose in found.purposes and found.is_set(entry)


def _withdraw(credential: Credential, found: StatusList, user: User) -> bool:
    """Note that the issuer revoked it; say whether a verification ended by that."""
    marked = Credential.objects.filter(pk=credential.pk, revoked_at=None).update(
        revoked_at=timezone.now(), revocation=found.token
    )
    if marked:
        entering.log_revocation(credential)
    verification = credential.verification
    is_current = not Verification.objects.filter(supersedes=verification).exists()
    if not marked or not is_current:
        # Somebody was faster, or the verifier has said something newer since.
        return False
    withdrawn = Verification(
        statement=credential.statement,
        verifier=verification.verifier,
        result=Result.WITHDRAWN,
        reason=_("The issuer revoked its credential."),
        assessed_on=timezone.localdate(),
        supersedes=verification,
    )
    entering.record(entering.VERIFICATIONS, [withdrawn])
    _note(credential, user, kind="credential.revoked")
    return True
