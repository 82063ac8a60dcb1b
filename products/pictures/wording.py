"""Why a picture is not taken, in the active language."""

from django.conf import settings
from django.utils.translation import gettext as _

from products.pictures import problems


def why(problem: str) -> str:
    """Return the sentence for one of `problems`, with what to do about it."""
    return {
        problems.KIND_UNKNOWN: _(
            "This file is no picture that is taken: JPEG, PNG, WebP, HEIC or AVIF."
        ),
        problems.ANIMATED: _("This picture moves. Send a still one."),
        problems.TRUNCATED: _(
            "The data of this picture end too early or are broken. Save it anew, or "
            "send the original."
        ),
        problems.TOO_MANY_PIXELS: _(
            "This picture has more than %(limit)s million pixels. Send a smaller one."
        )
        % {"limit": settings.MAX_IMAGE_PIXELS // 1_000_000},
        problems.TOO_LONG: _(
            "This picture is more than %(limit)s times as long as it is wide."
        )
        % {"limit": settings.MAX_IMAGE_ASPECT},
        problems.TOO_HARD: _(
            "This picture takes too much to be read. Save it anew, as a JPEG."
        ),
        problems.LOST: _("The file was lost before it was read. Send it once more."),
    }.get(problem, problem)
