"""A till for tests, that signs what it sends."""

import json
from typing import Any

from rest_framework.test import APIClient

from tests import make


class Till:
    """A terminal of a company whose employees are 64 % satisfied, and a shopper."""

    def __init__(self, api: APIClient) -> None:
        self.api = api
        self.company = make.company("Magasin X")
        make.rate(self.company, 64)
        self.terminal, self.secret = make.terminal(self.company)
        self.shopper = make.shopper()

    @property
    def url(self) -> str:
        return f"/api/v1/terminals/{self.terminal.pk}/payment-prompts"

    def body(self, **members: Any) -> bytes:
        handle = members.pop("pass", None) or make.handle(self.shopper.shopper)
        return make.prompt_body(self.terminal, handle, **members)

    def post(
        self, body: bytes, headers: dict[str, str] | None = None, path: str = ""
    ) -> Any:
        signed = make.signed(body, self.secret) if headers is None else headers
        return self.api.post(
            self.url + path, body, content_type="application/json", headers=signed
        )

    def question(self, **members: Any) -> bytes:
        """Return any signed request's body, without what a question has by itself."""
        return json.dumps({"terminal_id": str(self.terminal.pk), **members}).encode()

    def cancel(self, prompt_id: str, **members: Any) -> Any:
        said = {"type": "payment_prompt.cancel", "prompt_id": prompt_id, **members}
        return self.post(self.question(**said), path=f"/{prompt_id}/cancel")

    def find(self, reference: str) -> Any:
        said = {"type": "payment_prompt.find", "reference": reference}
        return self.post(self.question(**said), path="/find")
