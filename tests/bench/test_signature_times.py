"""The times of refusals are measured, for each family, by the same 401."""

import base64

import pytest

from bench import proofs
from bench.proofs import Attempt, Spent
from common import signing
from tests.bench import running

BODY = b"{}"


@pytest.fixture(scope="module")
def printed() -> list[str]:
    """Return what the shortest measurement prints."""
    return running.printed("bench/signature_times.py", "--rounds", "1").splitlines()


@pytest.mark.parametrize(
    "family",
    [
        *("wrong signature", "altered body", "one flipped bit", "no id"),
        *("no timestamp", "no signature", "too old", "too early", "timestamp float"),
        *("no comma", "partial", "non ASCII", "base64 with junk"),
        *("terminal unknown", "terminal disabled", "v1a: wrong signature"),
        *("v1a: too old", "v1a: terminal unknown", "v1a: terminal disabled"),
    ],
)
def test_each_family_has_its_times_and_ratios(printed: list[str], family: str) -> None:
    [row] = [line for line in printed if line[:24].strip() == family]

    assert len([float(figure) for figure in row[24:].split()]) == 4


def test_all_answers_were_the_same(printed: list[str]) -> None:
    assert printed[-1] == "answers that differ: 0"


def test_each_kind_of_signature_is_compared_with_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    times = {
        proofs.WRONG: [Spent(0.001, 0.002)],
        "no id": [Spent(0.001, 0.004)],
        proofs.WRONG_PAIR: [Spent(0.004, 0.004)],
        "v1a: too old": [Spent(0.002, 0.002), Spent(0.006, 0.006), Spent(0.002, 1.0)],
    }

    proofs._print(times, 1)

    said = capsys.readouterr().out.splitlines()
    rows = {line[:24].strip(): line[24:].split() for line in said}
    assert rows["no id"] == ["1000", "1.000", "4000", "2.000"]
    assert rows["v1a: too old"] == ["2000", "0.500", "6000", "1.500"]


def test_a_flipped_bit_is_one() -> None:
    pair, _public = proofs._pair()
    secret = "whsec_" + base64.b64encode(bytes(32)).decode()
    signature = signing.sign(BODY, identifier="m", timestamp=10**9, key=secret)
    one = Attempt("here", BODY, {"webhook-signature": signature})

    flipped = proofs._flipped(one).headers["webhook-signature"]

    before, after = (
        int.from_bytes(base64.b64decode(value.removeprefix("v1,")))
        for value in (signature, flipped)
    )
    assert before ^ after == 1
    assert pair.startswith("whsk_")


def test_a_pair_proves_what_it_signs() -> None:
    private, public = proofs._pair()
    headers = {
        "webhook-id": "m",
        "webhook-timestamp": "1000000000",
        "webhook-signature": signing.sign(
            BODY, identifier="m", timestamp=10**9, key=private
        ),
    }

    assert signing.verify(BODY, headers, [public], now=10**9) == "m"
