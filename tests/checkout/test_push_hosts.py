"""Which addresses a message may be sent to."""

import pytest
from pytest_django import Settings

from checkout.channels import hosts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://FCM.googleapis.com/wp/x",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://web.push.apple.com/QO",
        "https://wns2-par02p.notify.windows.com/w/?token=BQ%3d",
        "https://push.example.org/up?id=1",
        "https://a.ntfy.example.net:8443/up",
        "https://fcm.googleapis.com:443/x",
    ],
)
def test_an_address_of_an_allowed_service(address: str, settings: Settings) -> None:
    settings.PUSH_HOSTS = ("push.example.org", "*.ntfy.example.net:8443")

    assert hosts.is_allowed(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:99999/x",
        "https://fcm.googleapis.com./x",
        "https://fcm.googleapis.com@10.0.0.1/x",
        "https://10.0.0.1/fcm.googleapis.com",
        "https://evil.example/#fcm.googleapis.com",
        "https://evil.example\\fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://push.apple.com/x",
        "https://.push.apple.com/x",
        "https://xpush.apple.com/x",
        "https://push.services.mozilla.com/x",
        "https://ntfy.example.net:8443/x",
        "https://a.ntfy.example.net/x",
        "https://push.example.org/a b",
        "https://push.example.org/a\r\nHost: b",
        "https://push.example.org/" + "a" * 2000,
        "https://[::1]/x",
        "ftp://push.example.org/x",
        "//push.example.org/x",
    ],
)
def test_an_address_of_nobody_we_talk_to(address: str, settings: Settings) -> None:
    settings.PUSH_HOSTS = ("push.example.org", "*.ntfy.example.net:8443")

    assert not hosts.is_allowed(address)
