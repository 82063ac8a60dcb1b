"""Our client of witnesses and our own witness, with what lies between them."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from common import outgoing
from common.outgoing import Answer
from ledger import cosigning, log_keys, notes, witnessing
from ledger.models import Witness, WitnessedLog
from tests.common.https_server import serving
from tests.ledger import making
from tests.ledger.reading import get
from tests.ledger.witnesses import OtherWitness

pytestmark = pytest.mark.django_db


def test_a_size_is_believed_by_its_media_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path) as (address, certificate, handler):
        monkeypatch.setattr(outgoing, "allowed_private", {address[len("https://") :]})
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        outgoing.trusted.cache_clear()
        row = OtherWitness("witness.example/w1").row()
        Witness.objects.update(url=f"{address}/prefix/")
        making.log_of(3)
        handler.status, handler.body = 409, b"4\n"

        for media_type, reason in (
            ("text/x.tlog.size", "ahead"),
            ("text/plain", "conflict"),
        ):
            handler.headers_sent = {"Content-Type": media_type}
            row.refresh_from_db()
            assert witnessing.ask(row) == reason
        assert {path for path, _headers in handler.asked} == {"/prefix/add-checkpoint"}
        assert handler.bodies[0].startswith(b"old 0\n\n127.0.0.1:8000/log\n3\n")
    outgoing.trusted.cache_clear()


@pytest.mark.django_db(transaction=True)
def test_our_log_is_signed_by_a_witness_like_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def post(_base_url: str, path: str, body: bytes, **_more: Any) -> Answer:
        assert path == "/witness/add-checkpoint"
        try:
            said = Client().post(path, body, content_type="text/plain")
        finally:
            connections.close_all()
        return Answer(said.status_code, said.content, None, said["Content-Type"])

    monkeypatch.setattr(outgoing, "post", post)
    making.log_of(3)
    WitnessedLog.objects.create(
        origin=log_keys.origin(), vkeys=str(log_keys.current_keys()[0])
    )
    key = cosigning.own_key()
    Witness.objects.create(
        vkey=str(key), url="https://a.example/witness", is_required=True
    )

    for count in (0, 1, 300, 5):
        making.append(count)
        making.sequence()
        assert witnessing.collect() == 1
        head = get("/log/checkpoint").content
        names = [one.name for one in notes.open_note(head, [key]).signatures]
        assert names == ["127.0.0.1:8000/witness"]
    # It forgets; the 409 says from where to go on.
    Witness.objects.update(last_size=0)
    making.append(1)
    making.sequence()
    assert witnessing.collect() == 1
    assert WitnessedLog.objects.get().size == 310
