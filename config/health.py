"""Alive and able: what a supervisor and a load balancer ask."""

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from checkout.sweeping import last_sign
from common import hub
from config.embedded import state
from ledger import sequencing
from scanning import photos

SWEEP_IS_LATE_SECONDS = 30
SEQUENCER_IS_LATE_SECONDS = 30


@require_safe
def alive(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """Say that the process answers, and what it is made of."""
    return JsonResponse(
        {
            "status": "ok",
            "version": settings.VERSION,
            "mode": settings.FLASHSESAME_MODE,
            "engines": photos.available(),
            "open_streams": hub.open_count(),
            # In the embedded mode; null where they are processes of their own.
            "worker": state.worker_alive(),
            "beat": state.beat_alive(),
            "sweeper": state.sweeper_alive(),
            "sweeps": _sweeps(),
            "sequencer": state.sequencer_alive(),
            "ledger": _ledger(),
        }
    )


@require_safe
def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """Say whether the database, a reading engine and the sweep work; 503 if not."""
    checks = {
        "database": _database_answers(),
        "engine": _an_engine_reads(),
        "sweep": _sweeps(),
    }
    able = all(checks.values())
    status = 200 if able else 503
    # A log that is late keeps nobody from paying: it is said, and stops no traffic.
    body = {"ready": able, "checks": checks, "ledger": _ledger()}
    return JsonResponse(body, status=status)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _an_engine_reads() -> bool:
    """Say whether a decoder is there: OpenCV finds bars and reads none."""
    return bool({"pyzbar", "zxing-cpp"} & set(photos.available()))


def _sweeps() -> bool:
    """Say whether a sweeper gave a sign of life just now: one that hangs shows here."""
    try:
        last = last_sign()
    except DatabaseError:
        # This process is alive; to start it anew would mend nothing.
        return False
    if last is None:
        return False
    return (timezone.now() - last).total_seconds() < SWEEP_IS_LATE_SECONDS


def _ledger() -> dict[str, bool | float | None]:
    """Say whether a sequencer looked just now, and how long an entry has waited."""
    try:
        last, oldest = sequencing.last_look(), sequencing.oldest_pending()
    except DatabaseError:
        return {"sequences": False, "oldest_pending_seconds": None}
    now = timezone.now()
    is_recent = last is not None and now - last < timedelta(
        seconds=SEQUENCER_IS_LATE_SECONDS
    )
    waited = round((now - oldest).total_seconds(), 1) if oldest else 0.0
    return {"sequences": is_recent, "oldest_pending_seconds": waited}
