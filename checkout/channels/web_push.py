"""Web Push (RFC 8030), encrypted and signed; UnifiedPush is the same on other hosts."""

import time

import structlog
from django.conf import settings

from checkout.channels import hosts, own_key
from checkout.channels.interface import Message, Refused, Sent, TooBig, judged, post
from checkout.webpush import encryption, vapid
from common.sealing import SealBroken
from shoppers.models import PushSubscription

logger = structlog.get_logger(__name__)


class WebPush:
    """Sends to the address that a browser or a distributor gave."""

    def send(self, message: Message, subscription: PushSubscription) -> Sent:
        """Send the message; once more with less in it when it was too long."""
        if not hosts.is_allowed(subscription.endpoint):
            raise Refused("host_not_allowed")
        try:
            phone = encryption.PhoneKeys.read(subscription.p256dh, subscription.auth)
        except ValueError as error:
            raise Refused("bad_phone_keys") from error
        bodies = [message.body, message.thin_body]
        if len(bodies[0]) > encryption.MAX_PLAIN_SIZE:
            del bodies[0]
        try:
            return _send(message, subscription.endpoint, phone, bodies[0])
        except TooBig:
            if len(bodies) == 1:
                raise
            return _send(message, subscription.endpoint, phone, bodies[1])


def _send(
    message: Message, endpoint: str, phone: encryption.PhoneKeys, plain: bytes
) -> Sent:
    origin = hosts.origin(endpoint)
    headers = {
        "Authorization": _authorization(origin),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(message.seconds),
        "Urgency": "high",
        # A later message of the same topic takes the place of one that still waits.
        "Topic": message.topic,
    }
    answer = post(endpoint, encryption.encrypt(plain, phone), headers)
    return judged(answer, service=origin)


def _authorization(origin: str) -> str:
    try:
        key = own_key.private_key()
    except SealBroken as error:
        logger.error("push.own_key_sealed")
        raise Refused("own_key_sealed") from error
    return vapid.authorization(
        key, origin=origin, contact=settings.PUSH_CONTACT, now=time.time()
    )
