"""
The civil status as it is served: composed when something changed, else read as it is.

A leaf module. Nothing invalidates what is stored: a row says of which change and which
day it is, and the reader composes again when the company or the calendar went on.
"""

import unicodedata
import uuid
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import structlog
from django.db import DatabaseError, transaction
from django.utils import timezone

from common import canonical
from common.caching import etag_of
from companies import assessing, catalogue, civil_status
from companies.assessing import Portrait, portray
from companies.levels import RANK
from companies.models import CivilStatus, Company, CompanyFigures

SEARCH_LENGTH = 500
LANGUAGES = ("fr", "en")

logger = structlog.get_logger(__name__)


class Served(NamedTuple):
    """The bytes of one civil status in one language, and their quoted tag."""

    company_id: uuid.UUID
    body: bytes
    etag: str


def renew(company_id: uuid.UUID, language: str) -> Served | None:
    """
    Compose the civil status in both languages, keep it, and return one of them.

    None when there is no such company. A store that cannot be written, such as a full
    disk or a replica, costs the next reader the same work and nobody an answer.
    """
    # Read first: what is recorded meanwhile makes the row old, never the other way.
    company = Company.objects.filter(pk=company_id).first()
    if company is None:
        return None
    day = timezone.localdate()
    portrait = portray([company.pk], on=day)[company.pk]
    bodies = {
        one: canonical.dumps(
            civil_status.compose(company, language=one, on=day, portrait=portrait)
        )
        for one in LANGUAGES
    }
    tags = {one: etag_of(body) for one, body in bodies.items()}
    try:
        with transaction.atomic():
            _keep(company, day, bodies, tags)
            keep_figures([figures_of(company, portrait)])
    except DatabaseError as error:
        logger.warning("civil_status.not_kept", reason=type(error).__name__)
    return Served(company.pk, bodies[language], tags[language])


def _keep(
    company: Company, day: date, bodies: dict[str, bytes], tags: dict[str, str]
) -> None:
    columns = {
        "changes": company.changes,
        "composed_on": day,
        **{f"body_{language}": body for language, body in bodies.items()},
        **{f"etag_{language}": tag for language, tag in tags.items()},
    }
    CivilStatus.objects.bulk_create(
        [CivilStatus(company=company, **columns)],
        update_conflicts=True,
        unique_fields=["company"],
        update_fields=list(columns),
    )


def renew_figures(company_id: uuid.UUID) -> None:
    """Compute and keep the figures of one company."""
    company = Company.objects.get(pk=company_id)
    portraits = portray([company.pk], on=timezone.localdate(), beside=())
    keep_figures([figures_of(company, portraits[company.pk])])


def figures_of(company: Company, portrait: Portrait) -> CompanyFigures:
    """Return, not saved, the figures by which a company is found and compared."""
    found = assessing.standings(portrait)
    index = assessing.index(found)
    missing = assessing.missing(found)
    numbers = civil_status.identifiers(portrait)
    identity = portrait.retained.get("national_id")
    return CompanyFigures(
        company=company,
        index=index.per_mille,
        index_version=index.version,
        tier=index.tier,
        present=len(catalogue.mandatory_keys()) - len(missing),
        is_complete=not missing,
        country=assessing.country_of(portrait)[:2],
        siren=numbers.get("siren", "")[:9],
        vat_id=numbers.get("vat", "")[:20],
        lei=numbers.get("lei", "")[:20],
        identity_rank=RANK[identity.level] if identity else 0,
        search_text=search_text(_names(company, portrait)),
        computed_at=timezone.now(),
    )


def keep_figures(figures: Iterable[CompanyFigures]) -> None:
    """Insert or replace the figures of several companies, in one statement."""
    columns = [
        field.name for field in CompanyFigures._meta.fields if not field.primary_key
    ]
    CompanyFigures.objects.bulk_create(
        figures,
        update_conflicts=True,
        unique_fields=["company"],
        update_fields=columns,
    )


def search_text(names: Iterable[str]) -> str:
    """Return names in lower case, without accents, with single spaces."""
    plain = (
        character
        for character in unicodedata.normalize("NFKD", " ".join(names).casefold())
        if not unicodedata.combining(character)
    )
    return " ".join("".join(plain).split())[:SEARCH_LENGTH]


def _names(company: Company, portrait: Portrait) -> list[str]:
    legal = portrait.retained.get("legal_name")
    names = [company.name]
    if legal and isinstance(legal.value, str) and legal.value != company.name:
        names.append(legal.value)
    return names
