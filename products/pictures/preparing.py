"""
Making the sizes of what was uploaded, one picture at a time.

The row is the order and the truth; a worker holds it for some seconds. Killed in the
middle, it leaves the row waiting, and who takes it next makes the same files.
"""

import uuid

import structlog
from django.db import transaction
from django.utils import timezone

from products.models import Picture, PictureState, Rendition
from products.pictures import problems, store
from products.pictures.asking import ChildFailed, rendered
from products.pictures.problems import Unusable
from products.pictures.rendering import Rendering

# Whatever kills the process so many times is the picture's own fault.
MAX_ATTEMPTS = 3

logger = structlog.get_logger(__name__)


def work() -> bool:
    """Make the picture whose turn it is; say whether another one waits."""
    seen = Picture.objects.due().first()
    if seen is None:
        return False
    token = uuid.uuid4().hex
    if Picture.objects.claim(seen, token):
        if seen.attempts >= MAX_ATTEMPTS:
            _refuse(seen, token, problems.TOO_HARD)
        else:
            _prepare(seen, token)
    return Picture.objects.due().exists()


def _prepare(seen: Picture, token: str) -> None:
    try:
        file = store.open_upload(seen.pk)
    except FileNotFoundError:
        _refuse(seen, token, problems.LOST)
        return
    except OSError as error:
        _let_wait(seen, token, error)
        return
    try:
        with file:
            rendering = rendered(file)
        digests = [store.keep(one.data) for one in rendering.sizes]
    except Unusable as error:
        _refuse(seen, token, error.problem)
    except ChildFailed as error:
        # The claim runs out, and another worker tries: it may have been the machine.
        logger.warning("pictures.child_failed", picture=str(seen.pk), reason=str(error))
    except OSError as error:
        _let_wait(seen, token, error)
    else:
        _finish(seen, token, rendering, digests)


def _let_wait(seen: Picture, token: str, error: OSError) -> None:
    """Try again when the claim runs out: a full disk is no fault of the picture."""
    logger.error("pictures.no_room", picture=str(seen.pk), reason=str(error))
    Picture.objects.held(seen, token).update(attempts=seen.attempts)


@transaction.atomic
def _finish(
    seen: Picture, token: str, rendering: Rendering, digests: list[str]
) -> None:
    is_held = Picture.objects.held(seen, token).update(
        state=PictureState.READY,
        width=rendering.width,
        height=rendering.height,
        changed_at=timezone.now(),
        claim="",
    )
    if not is_held:
        return
    Rendition.objects.bulk_create(
        Rendition(
            picture=seen,
            width=one.width,
            height=one.height,
            size=len(one.data),
            sha256=sha256,
        )
        for one, sha256 in zip(rendering.sizes, digests, strict=True)
    )
    transaction.on_commit(lambda: store.discard_upload(seen.pk), robust=True)


def _refuse(seen: Picture, token: str, problem: str) -> None:
    refused = Picture.objects.held(seen, token).update(
        state=PictureState.REFUSED, problem=problem, claim=""
    )
    if refused:
        logger.info("pictures.refused", picture=str(seen.pk), problem=problem)
        store.discard_upload(seen.pk)
