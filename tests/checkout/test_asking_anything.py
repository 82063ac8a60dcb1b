"""Whatever comes to the till's doors, the answer is no fault of ours."""

import base64
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from rest_framework.test import APIClient

from tests import make
from tests.checkout.tills import Till

EXAMPLES = settings(
    max_examples=100, deadline=None, suppress_health_check=list(HealthCheck)
)
# Header values as a server hands them on: Latin-1, without line ends.
VALUES = st.text(
    st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=120
)
NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature", "Idempotency-Key")
HEADERS = st.dictionaries(st.sampled_from(NAMES), VALUES)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=40)
    | st.text("FS12.ABCDEFG", max_size=64),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner)
    ),
    max_leaves=12,
)
MEMBERS = (
    *("type", "terminal_id", "pass", "mode", "amount", "currency", "reference"),
    *("expires_in", "basket", "prompt_id"),
)
CONTENTS = st.dictionaries(st.sampled_from(MEMBERS), JSON)
PATHS = st.sampled_from(["", "/find", "/anything/cancel"])
TYPES = {"": "create", "/find": "find", "/anything/cancel": "cancel"}


class AnythingAtTheDoors(TestCase):
    """Each example starts from the same rows."""

    def setUp(self) -> None:
        super().setUp()
        self.till = Till(APIClient(raise_request_exception=False))

    @EXAMPLES
    @given(headers=HEADERS, body=st.binary(max_size=200), path=PATHS)
    def test_unsigned_it_is_refused(
        self, headers: dict[str, str], body: bytes, path: str
    ) -> None:
        """Refuse by 401, whatever the headers and the bytes are."""
        assert self.till.post(body, headers, path).status_code == 401

    @EXAMPLES
    @given(content=CONTENTS, key=st.none() | VALUES, path=PATHS)
    def test_signed_it_is_understood_or_refused(
        self, content: dict[str, Any], key: str | None, path: str
    ) -> None:
        """Answer anything but a fault, and stop nobody else."""
        members = {
            "type": f"payment_prompt.{TYPES[path]}",
            "pass": "FS1.x",
            "amount": 5,
            "currency": "EUR",
            "reference": "T",
            "prompt_id": "anything",
            **content,
        }
        self._send(self.till.question(**members), key, path)

    @EXAMPLES
    @given(
        body=st.binary(max_size=200) | JSON.map(lambda one: json.dumps(one).encode())
    )
    def test_signed_bytes_are_understood_or_refused(self, body: bytes) -> None:
        """Answer anything but a fault."""
        self._send(body, None, "")

    @EXAMPLES
    @given(signature=st.binary(max_size=70), version=st.sampled_from(["v1", "v1a"]))
    def test_a_well_formed_signature_of_nothing_is_refused(
        self, signature: bytes, version: str
    ) -> None:
        """Refuse by 401, whatever the signature's bytes are."""
        body = self.till.body()
        headers = make.signed(body, self.till.secret)
        value = base64.b64encode(signature).decode()
        headers["webhook-signature"] = f"{version},{value}"
        assert self.till.post(body, headers).status_code == 401

    def _send(self, body: bytes, key: str | None, path: str) -> None:
        headers = make.signed(body, self.till.secret)
        if key is not None:
            headers["Idempotency-Key"] = key
        answer = self.till.post(body, headers, path)
        assert answer.status_code < 500, answer.content
        assert answer.status_code in {200, 202, 400, 401, 404, 409, 413, 422, 429}
