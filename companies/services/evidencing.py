"""Filing documents, and saying who may read them."""

from collections.abc import Iterable
from pathlib import PurePath

from django.contrib.auth.models import User
from django.db import transaction

from companies import filing
from companies.acts import note_act
from companies.filing import Kept
from companies.models import Company, Evidence, Verifier
from companies.services.rights import require_editor

LONGEST_STEM = 140
# With its dot; what is longer is part of the name.
LONGEST_ENDING = 5


def file_evidence(
    *, company: Company, blocks: Iterable[bytes], name: str, author: User
) -> Evidence:
    """
    Keep a document of a company, and return its row.

    The same document again is the same row. Raise an `EvidenceRefused` for a file that
    is not taken, `EvidenceNotStored` when the disk is full, and `NotAnEditor`.
    """
    require_editor(author, company)
    # Bytes first: a row counts on them; bytes without a row are swept away.
    kept = filing.keep(blocks)
    evidence, is_new = _recorded(company, kept, name, author, is_from_outside=False)
    if not is_new and evidence.is_from_outside:
        # The company has the document itself: it is free to use it.
        evidence.is_from_outside = False
        evidence.save(update_fields=["is_from_outside"])
    return evidence


def file_report(
    *, company: Company, blocks: Iterable[bytes], name: str, verifier: Verifier
) -> Evidence:
    """
    Keep what a verifier reports about a company, and return its row.

    Whether the verifier may report about this company is the caller's to ask first:
    see `require_verifiable`.
    """
    kept = filing.keep(blocks)
    return _recorded(company, kept, name, verifier.user, is_from_outside=True)[0]


@transaction.atomic
def show_evidence(*, evidence: Evidence, is_public: bool, author: User) -> None:
    """Let anyone read a document of the company, or its own people again."""
    require_editor(author, evidence.company)
    changed = (
        Evidence.objects.filter(pk=evidence.pk, is_from_outside=False)
        .exclude(is_public=is_public)
        .update(is_public=is_public)
    )
    if changed:
        kind = "evidence.published" if is_public else "evidence.hidden"
        _note(kind, evidence, author)
        Company.objects.filter(pk=evidence.company_id).note_change()


@transaction.atomic
def _recorded(
    company: Company, kept: Kept, name: str, author: User, *, is_from_outside: bool
) -> tuple[Evidence, bool]:
    evidence, is_new = Evidence.objects.get_or_create(
        company=company,
        sha256=kept.sha256,
        defaults={
            "size": kept.size,
            "media_type": kept.kind.media_type,
            "name": clean_name(name, ending=kept.kind.ending),
            "is_from_outside": is_from_outside,
            "uploaded_by": author,
        },
    )
    if is_new:
        _note("evidence.filed", evidence, author)
    return evidence, is_new


def clean_name(name: str, *, ending: str) -> str:
    """
    Return the name of a file with the ending of what it is, and nothing that misleads.

    Folders go, as do characters that nobody sees or that turn the text around.
    """
    stem = PurePath(name.replace("\\", "/")).name
    if len(suffix := PurePath(stem).suffix) <= LONGEST_ENDING:
        stem = stem.removesuffix(suffix)
    shown = "".join(one if one.isprintable() else " " for one in stem)
    stem = " ".join(shown.replace('"', " ").split()).strip(". ")[:LONGEST_STEM]
    return f"{stem or 'document'}.{ending}"


def _note(kind: str, evidence: Evidence, author: User) -> None:
    # Not the file's name: people put names of people into it.
    note_act(
        company=evidence.company,
        actor=author,
        kind=kind,
        subject=f"{evidence.media_type} · {evidence.sha256[:12]}",
        subject_id=evidence.pk,
    )
