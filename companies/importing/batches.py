"""
A batch of lines against what is stated already: what is new, and what is refused.

The dry run and the recording ask the same questions; only the latter locks and writes.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from companies import entering
from companies.importing.files import Line
from companies.importing.lines import (
    OWN_LEVELS,
    LineRefused,
    Stated,
    digests_of,
    fact_of,
    is_same,
    says_nothing,
    stated,
)
from companies.importing.naming import Named, named
from companies.levels import Level, SourceKind
from companies.models import (
    Company,
    Evidence,
    RefusedLine,
    Statement,
    StatementBase,
)

Pair = tuple[uuid.UUID, str]


class Outcome(NamedTuple):
    """What a batch comes to. `made` are statements that are not saved yet, in order."""

    made: list[tuple[Statement, Stated]]
    added: int
    unchanged: int
    refused: list[RefusedLine]
    documents: dict[tuple[uuid.UUID, str], Evidence]

    @property
    def companies(self) -> set[uuid.UUID]:
        """Return for which companies something is new."""
        return {statement.company_id for statement, _stated in self.made}


def weighed(
    lines: Sequence[Line], own: Company | None, author: User | None, *, is_locked: bool
) -> Outcome:
    """
    Return what the lines come to, in the active language.

    `own` is the company whose file it is; without one, each line names its company.
    `is_locked` locks the companies first, in key order, in the present transaction.
    """
    who = named(lines, own)
    if is_locked:
        keys = who.companies.keys()
        locked = Company.objects.select_for_update().filter(pk__in=keys).order_by("pk")
        assert len(locked) == len(keys)
    weighing = _Weighing(lines, who, author)
    for line in lines:
        weighing.weigh(line)
    return weighing.outcome


class _Weighing:
    """What the lines before have left: a fact may be stated more than once."""

    def __init__(self, lines: Sequence[Line], who: Named, author: User | None) -> None:
        self._who, self._author = who, author
        self._latest = _latest(who.companies, {fact_of(line) for line in lines})
        documents = _documents(lines, who.companies)
        self.outcome = Outcome([], 0, 0, [], documents)
        self._attached = _attached(lines, self._latest.values())

    def weigh(self, line: Line) -> None:
        """Add one line to the outcome."""
        try:
            if says_nothing(line):
                self._count_unchanged()
                return
            company = self._who.company_of(line)
            given = stated(line, company.name)
            current = self._latest.get((company.pk, given.fact))
            if current is not None and self._is_same(current, given):
                self._count_unchanged()
                return
            self._require_right(company, given)
            self._make(company, given, current)
        except LineRefused as refused:
            self.outcome.refused.append(
                RefusedLine(
                    line=line.number,
                    column=refused.column,
                    code=refused.code,
                    text=refused.text[:500],
                )
            )

    def _make(self, company: Company, given: Stated, current: Statement | None) -> None:
        # What is disputed stays so until the dispute is settled.
        given.columns["is_disputed"] = current is not None and current.is_disputed
        made = Statement(company=company, author=self._author, **given.columns)
        made.supersedes = current
        if current is None:
            self.outcome = self.outcome._replace(added=self.outcome.added + 1)
        self.outcome.made.append((made, given))
        self._latest[company.pk, given.fact] = made
        self._attached[id(made)] = given.evidence

    def _count_unchanged(self) -> None:
        self.outcome = self.outcome._replace(unchanged=self.outcome.unchanged + 1)

    def _is_same(self, current: Statement, given: Stated) -> bool:
        attached = self._attached.get(current.pk or id(current), frozenset())
        # Documents that are not named again stay with what they prove.
        return is_same(current, given) and given.evidence <= attached

    def _require_right(self, company: Company, given: Stated) -> None:
        level = given.columns["level"]
        if level not in OWN_LEVELS:
            text = _("Nobody verifies itself: declared or evidenced, no more.")
            raise LineRefused("level", "level_not_own", text)
        if level == Level.EVIDENCED and not given.evidence:
            text = _("Name the document: its SHA-256 in the column “evidence”.")
            raise LineRefused("evidence", "evidence_missing", text)
        for digest in given.evidence:
            if (company.pk, digest) not in self.outcome.documents:
                text = _("This company has no such document. Upload it first.")
                raise LineRefused("evidence", "unknown_evidence", text)


def _latest(
    companies: Iterable[uuid.UUID], facts: Iterable[str]
) -> dict[Pair, Statement]:
    """Return what each company itself states of these facts at present."""
    rows = (
        Statement.objects.current()
        .filter(
            company__in=list(companies),
            fact__in=list(facts),
            source_kind=SourceKind.PRODUCER,
        )
        .order_by("pk")
    )
    return {(one.company_id, one.fact): one for one in rows}


def _documents(
    lines: Sequence[Line], companies: Iterable[uuid.UUID]
) -> dict[tuple[uuid.UUID, str], Evidence]:
    """Return the documents that lines may name, by company and digest."""
    digests = {one for line in lines for one in digests_of(line)}
    if not digests:
        return {}
    # What somebody from outside filed is not the company's to attach.
    rows = Evidence.objects.filter(
        company__in=list(companies), sha256__in=digests, is_from_outside=False
    )
    return {(one.company_id, one.sha256): one for one in rows}


def _attached(
    lines: Sequence[Line], statements: Iterable[Statement]
) -> dict[int, frozenset[str]]:
    """Return the digests attached to statements, if any line names documents."""
    if not any("evidence" in line.cells for line in lines):
        return {}
    rows = Statement.evidence.through.objects.filter(
        statement__in=list(statements)
    ).values_list("statement_id", "evidence__sha256")
    found: dict[int, set[str]] = defaultdict(set)
    for statement, digest in rows:
        found[statement].add(digest)
    return {key: frozenset(digests) for key, digests in found.items()}


def save(outcome: Outcome) -> None:
    """
    Write the statements of a batch, whose companies are locked.

    A statement that supersedes one of the same batch is written after it.
    """
    waiting = [statement for statement, _stated in outcome.made]
    while waiting:
        ready = [one for one in waiting if _is_saved(one.supersedes)]
        for one in ready:
            # Its key was drawn when the statement before was written.
            one.supersedes = one.supersedes
        entering.record(entering.STATEMENTS, ready)
        waiting = [one for one in waiting if one._state.adding]
    links = [
        Statement.evidence.through(
            statement=statement, evidence=outcome.documents[statement.company_id, one]
        )
        for statement, given in outcome.made
        for one in sorted(given.evidence)
    ]
    Statement.evidence.through.objects.bulk_create(links)


def _is_saved(statement: StatementBase | None) -> bool:
    return statement is None or not statement._state.adding
