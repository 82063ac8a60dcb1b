"""A message through a real line: TLS, our one client, a service, the phone's key."""

import json
import ssl
import time
from pathlib import Path

import pytest
from pytest_django import Settings

from checkout.channels import CHANNELS
from checkout.channels.interface import Gone, Message
from common import outgoing
from shoppers.models import PushSubscription
from tests.checkout.push_service import Phone, Received, check_sender
from tests.common.https_server import serving

pytestmark = pytest.mark.django_db
MESSAGE = Message("prompt-1", {"id": "prompt-1", "payee": "Magasin Été"}, 42)


def test_the_phone_reads_what_came_over_the_line(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Phone()
    with serving(tmp_path) as (base_url, certificate, service):
        host = base_url.removeprefix("https://")
        settings.PUSH_HOSTS = (host,)
        context = ssl.create_default_context(cafile=certificate)
        monkeypatch.setattr(outgoing, "trusted", lambda: context)
        monkeypatch.setattr(outgoing, "allowed_private", frozenset({host}))
        subscription = PushSubscription(
            kind=PushSubscription.Kind.UNIFIED_PUSH,
            endpoint=f"{base_url}/up?token=1",
            **phone.keys,
        )
        channel = CHANNELS[subscription.kind]
        service.status = 201
        sent = channel.send(MESSAGE, subscription)
        service.status = 410
        with pytest.raises(Gone):
            channel.send(MESSAGE, subscription)

    assert sent.status == 201
    path, headers = service.asked[0]
    assert path == "/up?token=1"
    assert (headers["TTL"], headers["Topic"]) == ("42", "prompt-1")
    assert json.loads(phone.read(service.bodies[0])) == MESSAGE.content
    check_sender(Received(base_url, path, service.bodies[0], headers), now=time.time())
