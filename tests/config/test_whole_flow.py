"""What the README promises: one command, then the lines that it prints, pasted."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.bootstrap import BASE_DIR
from config.demonstration import credentials
from config.testing.processes import free_port
from tests import processes
from tests.config.test_run import Running

pytestmark = pytest.mark.heavy

needs_curl = pytest.mark.skipif(
    not shutil.which("curl"), reason="curl is not installed, and the lines need it"
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("instance") / "data"
    # From nothing, as the README says. Measured are the tests of what it runs.
    process = Running(folder, free_port(), is_measured=False)
    try:
        process.wait_until(lambda: "# 6. Admin" in process.said())
        yield process
    finally:
        if process.process.poll() is None:
            process.process.kill()
            process.process.wait()


def pasted(running: Running, scratch: Path) -> str:
    """Run the printed lines in a shell, and return what they say."""
    printed = running.said()
    lines = printed[printed.index("# 3. Scan") :].split("\n\n\n")[0].splitlines()
    script = "\n".join(line for line in lines if not line.startswith("20"))
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=scratch,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    return done.stdout + done.stderr


def test_it_says_where_to_look_and_who_one_may_be(running: Running) -> None:
    file = running.folder / credentials.NAME

    assert f"http://127.0.0.1:{running.port}/" in running.said()
    assert str(file) in running.said()
    assert json.loads(file.read_text())


@needs_curl
def test_the_printed_lines_do_the_whole_job(running: Running, tmp_path: Path) -> None:
    said = pasted(running, tmp_path)

    # Scan and sheet.
    assert said.count('"sheet":{') == 2
    assert '"price":"8.99"' in said
    assert "HTTP/1.1 200 OK" in said
    assert "\n304\n" in said
    assert '<html lang="en">' in said
    # The phone heard the question; both sides know the answer.
    assert "event: prompt\n" in said
    assert "Le taux de satisfaction des employés de cette entreprise est de 64" in said
    outcome = json.loads((tmp_path / "outcome.json").read_text())
    assert outcome["state"] == "approved"
    # The admin's correction is in the next revision.
    assert re.search("revision [2-9] - after-sales staff: ", said)


@needs_curl
def test_no_secret_is_in_the_log(running: Running, tmp_path: Path) -> None:
    pasted(running, tmp_path)
    secrets = json.loads((running.folder / "demonstration.json").read_text())
    prompt = json.loads((tmp_path / "prompt.json").read_text())
    said = running.said()
    # The welcome shows the demonstration's own secrets, once; the log comes after it.
    log = said[said.rindex("# 6. Admin") :].partition("\n\n")[2]

    assert "payment-prompts" in log
    for secret in (
        secrets["shoppers"][0]["token"],
        secrets["company_user"]["password"],
        secrets["company_user"]["totp_secret"],
        secrets["terminal"]["secret"],
        prompt["poll_token"],
        "FS1.",
    ):
        assert secret not in log


def test_a_killed_service_starts_again_with_its_data(running: Running) -> None:
    before = json.loads((running.folder / "demonstration.json").read_text())
    sheet = running.get(f"/api/v1/products/{before['products']['full']}")
    running.end(signal.SIGKILL)

    again = Running(running.folder, running.port, is_measured=False)
    # The other tests go on with it, in whatever order they come.
    running.process = again.process
    again.wait_until(lambda: again.said().count("# 6. Admin") > 1)
    after = json.loads((again.folder / "demonstration.json").read_text())

    assert after == before
    assert again.get(f"/api/v1/products/{before['products']['full']}") == sheet


def simulated(
    running: Running, output: Path, *arguments: str
) -> subprocess.Popen[bytes]:
    """Start a simulated device in a shell of its own, as a newcomer would."""
    environment = processes.unmeasured(os.environ) | {
        "FLASHSESAME_DATA_DIR": str(running.folder),
        "FLASHSESAME_BASE_URL": f"http://127.0.0.1:{running.port}",
        "FLASHSESAME_BOOTSTRAP": "0",
    }
    with output.open("wb") as screen:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments, "--language=en"],
            cwd=BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=screen,
            stderr=subprocess.STDOUT,
        )


def test_two_shells_are_a_whole_payment(running: Running, tmp_path: Path) -> None:
    heard, said = tmp_path / "phone.txt", tmp_path / "till.txt"
    phone = simulated(running, heard, "phone", "--once", "--answer=approve")
    running.wait_until(lambda: "In another shell" in heard.read_text())
    handle = re.search(r"FS1\.[A-Z2-7]{26}", heard.read_text())
    assert handle is not None

    till = simulated(running, said, "terminal", handle[0], "--amount=12.99")

    assert till.wait(90) == 0, said.read_text()
    assert phone.wait(90) == 0, heard.read_text()
    number = re.search("Number on both sides: ([0-9]{2})", said.read_text())
    assert number is not None
    shown = heard.read_text()
    places = [shown.index(one) for one in ("12.99", number[0], "satisfaction rate")]
    assert places == sorted(places)
    assert "Approved" in said.read_text()
