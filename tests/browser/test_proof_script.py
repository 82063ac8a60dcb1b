"""The script that checks proofs, on vectors and on every small tree."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from ledger import merkle, notes
from products.models import Product
from tests.browser.proofs import OTHER_ROOT, PROOF, SCRIPT, address, flipped, product

__all__ = ["product"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# Checks a proof for each key and each text; tells which ones were not refused.
EACH = f"""async ([files, keys, leaf]) => {{
    const {{ checkProof, Refused }} = await import("{SCRIPT}");
    const given = leaf && Uint8Array.from(atob(leaf), one => one.charCodeAt(0));
    const passed = [];
    for (const [at, file] of files.entries()) {{
        try {{
            const text = Uint8Array.from(atob(file), one => one.charCodeAt(0));
            const said = new TextDecoder("utf-8", {{fatal: true}}).decode(text);
            await checkProof(said, [keys[at]], given);
            passed.push(at);
        }} catch (error) {{
            if (!(error instanceof Refused || error instanceof TypeError)) throw error;
        }}
    }}
    return passed;
}}"""
CONSISTENT = f"""async cases => {{
    const {{ checkConsistency, Refused }} = await import("{SCRIPT}");
    const bytes = text => Uint8Array.from(atob(text), one => one.charCodeAt(0));
    const head = ([size, root]) => ({{size, root: bytes(root)}});
    const passed = [];
    for (const [at, [first, second, hashes]] of cases.entries()) {{
        try {{
            await checkConsistency(head(first), head(second), hashes.map(bytes));
            passed.push(at);
        }} catch (error) {{
            if (!(error instanceof Refused)) throw error;
        }}
    }}
    return passed;
}}"""
VECTORS = Path(__file__).parents[1] / "vectors" / "tlog_own.json"


def test_each_byte_of_a_proof_and_of_a_key_counts(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    with page.expect_response(PROOF) as response:
        page.goto(address(live_server, product))
    file = response.value.body()
    key = page.locator("#proof").get_attribute("data-keys") or ""
    files = [flipped(file, at) for at in range(len(file))]
    keys = [flipped(key.encode(), at).decode() for at in range(len(key))]

    texts = [file, *files, *[file] * len(keys)]
    tried = [key, *[key] * len(files), *keys]
    encoded = [base64.b64encode(text).decode() for text in texts]

    assert page.evaluate(EACH, [encoded, tried, None]) == [0]


def test_the_vectors_of_the_standard_pass(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    page.goto(address(live_server, product))
    known = json.loads(VECTORS.read_text())
    vector, key = known["tlog_proof"], known["checkpoints"]["vkey"]
    text = vector["text"].encode()
    leaf = base64.b64encode(vector["leaf"].encode()).decode()
    # Below our signature stands one of a witness, whose key is not known here.
    ours = text[: text.index(b"\xe2\x80\x94 witness")]
    flips = [flipped(ours, at) for at in range(len(ours))]
    encoded = [base64.b64encode(one).decode() for one in (text, ours, *flips)]

    passed = page.evaluate(EACH, [encoded, [key] * len(encoded), leaf])

    assert passed == [0, 1]


def test_every_small_tree_is_proven_as_it_is_here(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    page.goto(address(live_server, product))
    leaves = [merkle.leaf_hash(bytes([at])) for at in range(18)]
    written = {
        n: base64.b64encode(merkle.root_of(leaves[:n])).decode() for n in range(19)
    }
    right, wrong = [], []
    for second in range(1, 19):
        for first in range(1, second + 1):
            spans = merkle.consistency_spans(first, second)
            hashes = [
                base64.b64encode(merkle.root_of(leaves[one.start : one.end])).decode()
                for one in spans
            ]
            right.append([(first, written[first]), (second, written[second]), hashes])
            wrong += [
                [(first, OTHER_ROOT), (second, written[second]), hashes],
                [(first, written[first]), (second, OTHER_ROOT), hashes],
                [
                    (first, written[first]),
                    (second, written[second]),
                    [*hashes, OTHER_ROOT],
                ],
            ]
            if hashes:
                wrong.append(
                    [(first, written[first]), (second, written[second]), hashes[:-1]]
                )

    passed = page.evaluate(CONSISTENT, [*right, *wrong])

    assert passed == list(range(len(right)))


def test_every_leaf_of_small_trees_is_found_where_it_is(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    page.goto(address(live_server, product))
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    name = "sesame.example/log"
    key = str(notes.verifier_key(name, private))
    leaf = b"leaf"
    right, wrong = [], []
    for size in range(1, 14):
        for index in range(size):
            leaves = [merkle.leaf_hash(bytes([at])) for at in range(size)]
            leaves[index] = merkle.leaf_hash(leaf)
            text = str(notes.Checkpoint(name, size, merkle.root_of(leaves)))
            head = str(notes.Note(text, (notes.sign(text, name, private),)))
            hashes = "".join(
                base64.b64encode(merkle.root_of(leaves[one.start : one.end])).decode()
                + "\n"
                for one in merkle.inclusion_spans(index, size)
            )
            files = [
                f"c2sp.org/tlog-proof@v1\nindex {at}\n{hashes}\n{head}"
                for at in range(size + 1)
            ]
            right.append(files.pop(index))
            wrong += files

    encoded = [base64.b64encode(one.encode()).decode() for one in [*right, *wrong]]
    given = base64.b64encode(leaf).decode()

    passed = page.evaluate(EACH, [encoded, [key] * len(encoded), given])

    assert passed == list(range(len(right)))
