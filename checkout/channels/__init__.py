"""The services that wake phones whose app is closed, behind one interface."""

from checkout.channels.fcm import Fcm
from checkout.channels.interface import PushChannel
from checkout.channels.web_push import WebPush
from shoppers.models import PushSubscription

_web_push = WebPush()
CHANNELS: dict[str, PushChannel] = {
    PushSubscription.Kind.WEB_PUSH: _web_push,
    # Its servers take what RFC 8291 says: the same code.
    PushSubscription.Kind.UNIFIED_PUSH: _web_push,
    PushSubscription.Kind.FCM: Fcm(),
}
