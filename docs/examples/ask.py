#!/usr/bin/env python3
"""Ask a shopper, and wait for the answer. Python 3.9 or later, nothing to install."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from typing import Any

URL = os.environ["FLASHSESAME_URL"]
TERMINAL = os.environ["TERMINAL_ID"]
SECRET = os.environ["TERMINAL_SECRET"]
AGAIN = (409, 429, 500, 502, 503, 504)
TRIES = 5


def signed(body: bytes, identifier: str) -> dict[str, str]:
    """Return the three headers of Standard Webhooks, for this very moment."""
    text = SECRET[len("whsec_") :]
    key = base64.b64decode(text + "=" * (-len(text) % 4))
    timestamp = str(int(time.time()))
    content = b".".join([identifier.encode(), timestamp.encode(), body])
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": identifier,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


def post(path: str, content: dict[str, Any]) -> Any:
    """Send a signed request; a retry keeps bytes and webhook-id, and signs anew."""
    body = json.dumps({"terminal_id": TERMINAL, **content}).encode()
    identifier = "msg_" + secrets.token_hex(16)
    for number in range(1, TRIES + 1):
        request = urllib.request.Request(
            URL + path, data=body, headers=signed(body, identifier)
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code not in AGAIN or number == TRIES:
                sys.exit(f"{error.code} {error.read().decode()}")
        except OSError:
            if number == TRIES:
                raise
        time.sleep(2**number / 4)
    raise AssertionError


def outcome(prompt: dict[str, Any]) -> dict[str, Any]:
    """Wait until the prompt is final: each read is held open up to 25 seconds."""
    deadline = time.time() + prompt["expires_in"] + 15
    state = prompt
    while state["state"] == "pending" and time.time() < deadline:
        request = urllib.request.Request(
            f"{URL}/api/v1/payment-prompts/{prompt['id']}?wait=25",
            headers={"Authorization": f"Bearer {prompt['poll_token']}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=35) as answer:
                state = json.load(answer)
        except OSError:  # the line broke, or the server restarts: read again
            time.sleep(1)
    return state


def main() -> None:
    """Ask whoever showed the pass of the command line."""
    shopper_pass, amount, reference = sys.argv[1:4]
    prompt = post(
        f"/api/v1/terminals/{TERMINAL}/payment-prompts",
        {
            "type": "payment_prompt.create",
            "pass": shopper_pass,
            "amount": int(amount),
            "currency": "EUR",
            "reference": reference,
        },
    )
    print("number", prompt["number"], flush=True)
    final = outcome(prompt)
    print(final["state"], final["reason"] or "", flush=True)


if __name__ == "__main__":
    main()
