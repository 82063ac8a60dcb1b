"""The programs that terminal makers are shown: they run, and the page shows them."""

import base64
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from checkout.simulating.phone import Phone
from common import signing
from tests import processes
from tests.checkout.serving import Shop

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "docs" / "examples"
PAGE = EXAMPLES.parent / "terminals.md"
PATIENCE_SECONDS = 60
SECRET = "whsec_" + "c2VjcmV0" * 6
BODY = '{"type":"payment_prompt.approved","data":{"payee":"Épicerie"}}'.encode()
EVALUATE = """
import { readFileSync } from "node:fs";
import { isGenuine } from "%s";
const [body, headers, key] = JSON.parse(readFileSync(0, "utf8"));
console.log(isGenuine(Buffer.from(body, "base64"), headers, key));
"""


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [one for one in programs if not shutil.which(one)]
    return pytest.mark.skipif(
        bool(missing),
        reason=f"{', '.join(missing)} is not installed, and the example needs it",
    )


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "command",
    [
        pytest.param([sys.executable, "ask.py"], id="python"),
        pytest.param(["node", "ask.mjs"], id="node", marks=needs("node")),
        pytest.param(["sh", "ask.sh"], id="shell", marks=needs("openssl", "curl")),
    ],
)
@pytest.mark.parametrize("is_approved", [True, False])
def test_the_example_asks_and_learns(
    shop: Shop, command: Sequence[str], is_approved: bool
) -> None:
    phone = Phone(shop.address, shop.token)
    identifier, secret = shop.credentials
    process = subprocess.Popen(
        [*command, phone.mint_pass(), "1299", "T-42"],
        cwd=EXAMPLES,
        env={
            **processes.unmeasured(os.environ),
            "FLASHSESAME_URL": shop.address,
            "TERMINAL_ID": identifier,
            "TERMINAL_SECRET": secret,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = process.stdout.readline()
    [card] = phone.pending()
    phone.decide(card, approve=is_approved)
    rest, errors = process.communicate(timeout=PATIENCE_SECONDS)
    phone.close()

    assert (said, errors) == (f"number {card['number']}\n", "")
    assert rest.strip() == ("approved" if is_approved else "declined")
    assert process.returncode == 0


def signed(key: str, *, age: int = 0) -> dict[str, str]:
    timestamp = int(time.time()) - age
    right = signing.sign(BODY, identifier="msg_1", timestamp=timestamp, key=key)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(timestamp),
        # The other one is of the key that is being replaced.
        "webhook-signature": f"v1,{'A' * 43}= {right}",
    }


def pair() -> tuple[str, str]:
    """Return a private and a public key."""
    private = Ed25519PrivateKey.generate()
    seed = private.private_bytes_raw()
    public = private.public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw
    )
    return (
        "whsk_" + base64.b64encode(seed + public).decode(),
        "whpk_" + base64.b64encode(public).decode(),
    )


def by_python(body: bytes, headers: dict[str, str], key: str) -> bool:
    spec = importlib.util.spec_from_file_location("verify", EXAMPLES / "verify.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return bool(module.is_genuine(body, headers, key))


def by_node(body: bytes, headers: dict[str, str], key: str) -> bool:
    done = subprocess.run(
        ["node", "--input-type=module", "-e", EVALUATE % (EXAMPLES / "verify.mjs")],
        input=json.dumps([base64.b64encode(body).decode(), headers, key]),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    return done.stdout.strip() == "true"


VERIFIERS = [
    pytest.param(by_python, id="python"),
    pytest.param(by_node, id="node", marks=[pytest.mark.heavy, needs("node")]),
]


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_the_example_takes_what_is_genuine_and_nothing_else(verifier: Any) -> None:
    headers = signed(SECRET)

    assert verifier(BODY, headers, SECRET)
    assert not verifier(BODY + b" ", headers, SECRET)
    assert not verifier(BODY, signed(SECRET, age=400), SECRET)
    assert not verifier(BODY, {**headers, "webhook-timestamp": "soon"}, SECRET)
    assert not verifier(BODY, {}, SECRET)
    assert not verifier(BODY, headers, "whsec_" + "b3RoZXIh" * 6)


@pytest.mark.heavy
@needs("node")
def test_the_example_verifies_by_a_public_key() -> None:
    private, public = pair()
    headers = signed(private)

    assert by_node(BODY, headers, public)
    assert not by_node(BODY + b" ", headers, public)
    assert not by_node(BODY, headers, pair()[1])


@pytest.mark.parametrize(
    "file", ["ask.mjs", "ask.py", "ask.sh", "verify.mjs", "verify.py"]
)
def test_the_page_shows_the_example_as_it_runs(file: str) -> None:
    assert f"\n{(EXAMPLES / file).read_text()}```\n" in PAGE.read_text()
