"""A sheet checked against the log, in the reader's own browser."""

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from ledger import merkle, notes
from ledger.models import LogKey, State
from ledger.sequencing import sequence
from products.models import Product, Sheet
from products.services import publish_sheet
from tests import make
from tests.browser.test_pages import assert_accessible
from tests.browser.test_sheet_screens import WATCH

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCRIPT = "/static/web/proof.js"
MOST_BYTES = 4096
PROOF, BODY, CONSISTENCY = "**/proof?lang=*", "**/*?revision=*", "**/consistency?*"
# Checks again, as the page does when it is loaded, and tells what it came to.
AGAIN = f"""async () => {{
    const {{ check }} = await import("{SCRIPT}");
    const place = document.getElementById("proof");
    await check(place, 0);
    return place.dataset.state;
}}"""
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
OTHER_ROOT = base64.b64encode(bytes(32)).decode()


@pytest.fixture
def product() -> Product:
    """Return a published product in a log with others before and after it."""
    make.product(published=True)
    made = make.product(of=make.company("Filature"), name="Pull marin")
    make.field(made, "eco.environmental_cost", "1180")
    make.field(made, "identity.brand", "Val d’Ance & fils <sœurs>")
    publish_sheet(product=made)
    make.product(published=True)
    sequence()
    return made


def log_size() -> int:
    return State.objects.get().size


def grow() -> None:
    make.product(published=True)
    sequence()


def address(server: LiveServer, product: Product, language: str = "en") -> str:
    return f"{server}/01/{product.pk}?lang={language}"


def expect_state(page: Page, state: str) -> None:
    expect(page.locator("#proof")).to_have_attribute("data-state", state)


def told(page: Page) -> str:
    return page.locator("#proof [role=status]").inner_text()


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def spread(count: int, length: int) -> list[int]:
    """Return `count` places from the first to the last of `length`."""
    return sorted({round(at * (length - 1) / (count - 1)) for at in range(count)})


Change = Callable[[bytes], bytes]


def changing(page: Page, pattern: str, change: Change) -> None:
    """Answer what the server answers, changed on the way."""

    def answer(route: Route) -> None:
        real = route.fetch()
        route.fulfill(response=real, body=change(real.body()))

    page.unroute(pattern)
    page.route(pattern, answer)


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "numéro 1"), ("en", "number 1")],
)
def test_a_true_sheet_gets_its_mark(
    page: Page, live_server: LiveServer, product: Product, language: str, words: str
) -> None:
    problems: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(WATCH)

    page.goto(address(live_server, product, language))
    expect_state(page, "verified")

    assert problems == []
    assert len([one for one in asked if "/proof?" in one]) == 1
    # There was room for the words from the start.
    assert page.evaluate("window.shift") == 0
    assert words in told(page) or language == "fr"
    assert_accessible(page)
    page.locator("#proof summary").click()
    expect(page.locator("#proof [data-fill=size]")).to_have_text(str(log_size()))


def test_the_script_is_small_and_does_not_hold_up_the_page(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    found = finders.find("web/proof.js")
    assert found
    assert len(gzip.compress(Path(found).read_bytes(), 9)) < MOST_BYTES
    page.route(f"**{SCRIPT}", lambda route: route.abort())

    page.goto(address(live_server, product), wait_until="load")

    # Read without it, the sheet says where its proof is.
    expect(page.locator("#proof")).to_contain_text("has a proof in the public log")
    assert page.locator("script:not([type=module][src])").count() == 0


def test_without_javascript_the_proof_is_a_link(
    plain_page: Page, live_server: LiveServer, product: Product
) -> None:
    plain_page.goto(address(live_server, product))

    expect(plain_page.locator("#proof")).to_contain_text("With JavaScript")
    plain_page.locator("#proof summary").click()
    plain_page.get_by_role("link", name="Proof file").click()
    expect(plain_page.locator("body")).to_contain_text("c2sp.org/tlog-proof@v1")


def test_any_changed_byte_of_what_is_read_is_refused(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    page.goto(address(live_server, product))
    expect_state(page, "verified")
    body = bytes(Sheet.objects.get(product=product, language="en").body)
    with page.expect_response(PROOF) as response:
        assert page.evaluate(AGAIN) == "verified"
    length = len(response.value.body())

    for pattern, places in (
        (BODY, spread(40, len(body))),
        (PROOF, spread(60, length)),
    ):
        for at in places:
            changing(page, pattern, lambda data, at=at: flipped(data, at))  # type: ignore[misc]
            assert page.evaluate(AGAIN) == "refused", (pattern, at)
        changing(page, pattern, lambda data: data[:-1])
        assert page.evaluate(AGAIN) == "refused"
        changing(page, pattern, lambda data: data + b"\n")
        assert page.evaluate(AGAIN) == "refused"
        page.unroute(pattern)
        assert page.evaluate(AGAIN) == "verified"


def test_any_changed_digit_of_the_salt_is_refused(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    page.goto(address(live_server, product))
    expect_state(page, "verified")

    def answer(route: Route) -> None:
        real = route.fetch()
        salt = real.headers["flashsesame-salt"]
        other = "0" if salt[at] != "0" else "1"
        headers = {
            **real.headers,
            "flashsesame-salt": f"{salt[:at]}{other}{salt[at + 1 :]}",
        }
        route.fulfill(response=real, headers=headers)

    page.route(BODY, answer)
    for at in range(64):
        assert page.evaluate(AGAIN) == "refused", at
    expect(page.locator("#proof")).to_contain_text("is not the one that was recorded")


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


@pytest.mark.parametrize(
    ("shown", "instead"),
    [
        (b">Pull marin<", b">Pull marron<"),
        ("Val d’Ance &amp; fils".encode(), "Val d’Or &amp; fils".encode()),
        (b'data-revision="1"', b'data-revision="2"'),
        (b'data-etag="', b'data-etag="0'),
        (b'data-language="en"', b'data-language="fr"'),
    ],
    ids=["title", "value", "revision", "etag", "language"],
)
def test_a_page_that_shows_something_else_is_refused(
    page: Page, live_server: LiveServer, product: Product, shown: bytes, instead: bytes
) -> None:
    changing(page, "**/01/*", lambda data: data.replace(shown, instead))

    page.goto(address(live_server, product))

    expect_state(page, "refused")
    expect(page.locator("#proof")).to_contain_text("shows something else")


def test_another_revision_s_proof_is_refused(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    make.field(product, "identity.brand", "Test")
    publish_sheet(product=product)
    sequence()
    instead = {b"revision=2": b"revision=1", b"revisions/2": b"revisions/1"}

    def older(data: bytes) -> bytes:
        for one, other in instead.items():
            data = data.replace(one, other)
        return data

    changing(page, "**/01/*", older)
    page.goto(address(live_server, product))

    expect_state(page, "refused")


def test_a_proof_that_is_on_its_way_is_waited_for(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    make.field(product, "identity.brand", "Test")
    publish_sheet(product=product)
    page.clock.install()
    page.goto(address(live_server, product))
    expect_state(page, "pending")
    assert "In a minute" in told(page)

    sequence()
    page.clock.run_for(5_000)

    expect_state(page, "verified")


def test_what_the_log_has_not_gets_no_mark(
    page: Page, live_server: LiveServer, product: Product
) -> None:
    for sheet in Sheet.objects.filter(product=product):
        sheet.pk, sheet.revision, sheet.entry = None, 2, None
        sheet.save()

    page.goto(address(live_server, product))

    expect_state(page, "unlogged")


@pytest.mark.parametrize("pattern", [PROOF, BODY])
@pytest.mark.parametrize("status", [0, 410, 429, 503])
def test_without_an_answer_nothing_is_said_to_be_checked(
    page: Page, live_server: LiveServer, product: Product, pattern: str, status: int
) -> None:
    page.route(
        pattern,
        lambda route: route.fulfill(status=status) if status else route.abort(),
    )

    page.goto(address(live_server, product))

    expect_state(page, "unreachable")


@pytest.mark.parametrize(
    ("lacks", "state", "words"),
    [
        (
            "Object.defineProperty(crypto, 'subtle', {value: undefined})",
            "insecure",
            "Nothing was compared",
        ),
        (
            "SubtleCrypto.prototype.importKey = async () => { throw new Error() }",
            "unsigned",
            "Who signed the log was not checked",
        ),
    ],
    ids=["no-https", "no-ed25519"],
)
def test_a_browser_that_cannot_check_says_what_was_not(
    page: Page,
    live_server: LiveServer,
    product: Product,
    lacks: str,
    state: str,
    words: str,
) -> None:
    page.add_init_script(lacks)

    page.goto(address(live_server, product))

    expect_state(page, state)
    assert words in told(page)


def remembered(page: Page) -> dict[str, Any]:
    return json.loads(page.evaluate("localStorage.getItem('flashsesame.log')"))  # type: ignore[no-any-return]


def implant(page: Page, **members: Any) -> None:
    """Make the browser remember another log than it saw."""
    memory = json.dumps({**remembered(page), **members})
    page.evaluate("memory => localStorage.setItem('flashsesame.log', memory)", memory)


@pytest.fixture
def visited(page: Page, live_server: LiveServer, product: Product) -> Page:
    """Return a page that saw the log before, which has grown since."""
    page.goto(address(live_server, product))
    expect_state(page, "verified")
    grow()
    return page


def test_a_log_that_only_grew_is_found_to_have(visited: Page) -> None:
    # What the browser's cache still has is of the smaller log.
    visited.route(PROOF, lambda route: route.fulfill(response=route.fetch()))
    with visited.expect_response(CONSISTENCY):
        assert visited.evaluate(AGAIN) == "verified"
    assert remembered(visited)["size"] == log_size()

    changing(
        visited, CONSISTENCY, lambda data: data.replace(b'"hashes":["', b'"hashes":["A')
    )
    implant(visited, size=log_size() - 1, root=OTHER_ROOT)
    assert visited.evaluate(AGAIN) == "refused"


@pytest.mark.parametrize(
    "other",
    [
        {"root": OTHER_ROOT},
        {"size": 5},
        {"size": 1, "root": OTHER_ROOT},
        {"size": 500},
        {"origin": "elsewhere.example/log"},
    ],
    ids=["root", "smaller", "first", "cut-off", "renamed"],
)
def test_a_log_that_was_rewritten_is_told(visited: Page, other: dict[str, Any]) -> None:
    implant(visited, **other)
    before = remembered(visited)

    assert visited.evaluate(AGAIN) == "refused"

    assert "not the one that your browser saw before" in told(visited)
    assert remembered(visited) == before


def test_growth_that_cannot_be_asked_is_not_taken_for_granted(visited: Page) -> None:
    visited.route(PROOF, lambda route: route.fulfill(response=route.fetch()))
    visited.route(CONSISTENCY, lambda route: route.abort())

    assert visited.evaluate(AGAIN) == "uncompared"
    assert remembered(visited)["size"] < log_size()


def test_a_new_key_is_told_once(visited: Page) -> None:
    implant(visited, keys=["sesame.example/log+219df064+ATtq"])

    assert visited.evaluate(AGAIN) == "rekeyed"
    assert visited.evaluate(AGAIN) == "verified"


def test_the_log_s_page_tells_and_forgets_what_is_remembered(
    visited: Page, live_server: LiveServer
) -> None:
    visited.goto(f"{live_server}/log?lang=en")
    assert_accessible(visited)
    seen = remembered(visited)["size"]
    expect(visited.locator("#memory")).to_contain_text(f"A log of {seen} entries")
    expect(visited.locator("#now")).to_contain_text(str(log_size()))
    public = base64.b64encode(b"\1" + bytes(LogKey.objects.get().public)).decode()
    expect(visited.locator("#now")).to_contain_text(public)

    visited.get_by_role("button", name="Forget it").click()

    expect(visited.locator("#memory")).to_contain_text("Nothing.")
    assert visited.evaluate("localStorage.length") == 0


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
