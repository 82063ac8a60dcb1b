"""What a shopper does with a notice: to have seen it."""

import uuid

from django.utils import timezone
from django.utils.translation import gettext as _

from scanning.errors import TellingUnknown
from scanning.models import NoticeDelivery
from shoppers.models import Shopper


def see_notice(*, shopper: Shopper, delivery_id: uuid.UUID) -> NoticeDelivery:
    """Note that a shopper has seen what they were told. Again changes nothing."""
    own = NoticeDelivery.objects.filter(pk=delivery_id, shopper=shopper)
    own.filter(seen_at=None).update(seen_at=timezone.now())
    found = own.for_list().first()
    if found is None:
        raise TellingUnknown(_("You were not told of any such notice."))
    return found
