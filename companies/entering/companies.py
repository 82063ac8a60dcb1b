"""How statements, what was found of them, and received credentials are logged."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from companies.entering.books import Book, catch_up
from companies.entering.contents import statement_kind, statement_members, written
from companies.levels import SourceKind
from companies.models import (
    CheckResult,
    Company,
    Credential,
    DidDocument,
    Statement,
    Verification,
    Verifier,
)
from ledger.leaves import Kind, named


def superseded(rows: Sequence[Any]) -> list[Any]:
    """Return the row that each of these supersedes."""
    return [row.supersedes for row in rows]


def lock_companies(keys: Iterable[uuid.UUID]) -> None:
    """Hold up whoever states anything of these companies."""
    rows = Company.objects.select_for_update().filter(pk__in=set(keys))
    list(rows.order_by("pk").values_list("pk"))


def _statement(statement: Statement) -> bytes:
    since = statement.valid_from
    return written(
        {
            **statement_members(statement),
            "company": str(statement.company_id),
            "fact": statement.fact,
            "year": statement.year,
            "valid_from": since.isoformat() if since else None,
            "details": statement.details,
        }
    )


def _says(statement: Statement) -> uuid.UUID | None:
    """Return the company where it speaks itself; registers have no number here."""
    is_own = statement.source_kind == SourceKind.PRODUCER
    return statement.company_id if is_own else None


STATEMENTS = Book(
    name="companies.statements",
    model=Statement,
    kinds=frozenset({Kind.FACT_ASSERTED, Kind.FACT_RETRACTED}),
    kind=statement_kind,
    content=_statement,
    actor=_says,
    before=superseded,
    lock=lambda rows: lock_companies(row.company_id for row in rows),
    related=("supersedes",),
)


def _enter_statements(rows: Sequence[CheckResult | Verification]) -> None:
    """Give each row its statement with its entry, by which the content names it."""
    keys = {row.statement_id for row in rows}
    statements = _entered(keys)
    if missing := [key for key, one in statements.items() if one.entry_id is None]:
        catch_up(STATEMENTS, missing)
        statements |= _entered(missing)
    for row in rows:
        row.statement = statements[row.statement_id]


def _entered(keys: Iterable[int]) -> dict[int, Statement]:
    rows = Statement.objects.filter(pk__in=keys).select_related("entry")
    return {row.pk: row for row in rows}


def _leaf_of(statement: Statement) -> str:
    assert statement.entry is not None
    return named(bytes(statement.entry.leaf_hash))


def _check(result: CheckResult) -> bytes:
    return written(
        {
            "statement": _leaf_of(result.statement),
            "fact": result.fact,
            "rule": result.rule,
            "rule_version": result.version,
            "outcome": str(result.outcome),
            "independent": result.is_independent,
            "inputs": result.inputs,
            "text": {"fr": result.text_fr, "en": result.text_en},
        }
    )


CHECKS = Book(
    name="companies.checks",
    model=CheckResult,
    kinds=frozenset({Kind.FACT_CHECKED}),
    kind=lambda _row: Kind.FACT_CHECKED,
    content=_check,
    # The rules are this instance's own.
    actor=lambda _row: None,
    before=superseded,
    lock=lambda rows: lock_companies(row.company_id for row in rows),
    prepare=_enter_statements,
    related=("statement__entry",),
)


def _verification(verification: Verification) -> bytes:
    until, evidence = verification.valid_until, verification.evidence
    return written(
        {
            "statement": _leaf_of(verification.statement),
            "verifier": verification.verifier_id,
            "result": str(verification.result),
            "reason": verification.reason,
            "evidence": evidence.sha256 if evidence else None,
            "assessment_level": verification.assessment_level,
            "assessed_on": verification.assessed_on.isoformat(),
            "valid_until": until.isoformat() if until else None,
        }
    )


VERIFICATIONS = Book(
    name="companies.verifications",
    model=Verification,
    kinds=frozenset({Kind.FACT_CHECKED}),
    kind=lambda _row: Kind.FACT_CHECKED,
    content=_verification,
    actor=lambda row: row.verifier.company_id,
    before=superseded,
    lock=lambda rows: lock_companies(row.statement.company_id for row in rows),
    prepare=_enter_statements,
    related=("statement__entry", "evidence", "verifier"),
)


def _lock_credentials(rows: Sequence[Credential]) -> None:
    lock_companies(row.statement.company_id for row in rows)


CREDENTIALS = Book(
    name="companies.credentials",
    model=Credential,
    kinds=frozenset({Kind.CREDENTIAL_RECEIVED}),
    kind=lambda _row: Kind.CREDENTIAL_RECEIVED,
    # The token as it came: whoever has it can check the entry.
    content=lambda row: row.token.encode(),
    actor=lambda row: row.statement.company_id,
    before=lambda rows: [None] * len(rows),
    lock=_lock_credentials,
    related=("statement",),
    deferred=("status_list", "did_document", "revocation"),
)


def _lock_verifiers(rows: Sequence[DidDocument]) -> None:
    keys = {row.verifier_id for row in rows}
    locked = Verifier.objects.select_for_update().filter(pk__in=keys)
    list(locked.order_by("pk").values_list("pk"))


def _documents_before(rows: Sequence[DidDocument]) -> list[DidDocument | None]:
    keys = {row.verifier_id for row in rows}
    known = DidDocument.objects.filter(verifier__in=keys).defer("document")
    earlier = list(known.order_by("-pk"))
    return [
        next(
            (
                one
                for one in earlier
                if one.verifier_id == row.verifier_id
                and (row._state.adding or one.pk < row.pk)
            ),
            None,
        )
        for row in rows
    ]


DID_DOCUMENTS = Book(
    name="companies.did_documents",
    model=DidDocument,
    kinds=frozenset({Kind.DID_SNAPSHOT}),
    kind=lambda _row: Kind.DID_SNAPSHOT,
    content=lambda row: bytes(row.document),
    actor=lambda row: row.verifier.company_id,
    before=_documents_before,
    lock=_lock_verifiers,
    related=("verifier",),
)
