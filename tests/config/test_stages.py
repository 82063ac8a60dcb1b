import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.management.commands import gate
from config.management.commands import test as command
from config.management.commands.gate import Gate
from config.testing import summary
from config.testing.processes import ServerUnavailable
from config.testing.stages import Result, Stage, read_report

SUITE = """\
import pytest

def test_good(): pass
def test_bad(): assert False
def test_broken(missing): pass
@pytest.mark.skip(reason="too lazy")
def test_lazy(): pass
@pytest.mark.other
def test_other(): pass
"""


def test_a_stage_counts_what_pytest_ran(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = other\n")
    (tmp_path / "test_suite.py").write_text(SUITE)
    stage = Stage("some of it", "not other", options=("-p", "no:django"))

    result = stage.run(tmp_path, tmp_path, coverage=False)

    assert (result.passed, result.failed, result.not_run) == (1, 2, "")
    assert [line.split(".")[-1] for line in result.skipped] == ["test_lazy: too lazy"]


def test_a_stage_runs_beside_something_else(tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text("def test_good(): print('hello')\n")
    stage = Stage("all of it", "not other", options=("-p", "no:django", "-s"))

    with stage.beside(tmp_path, tmp_path, coverage=False) as finished:
        shown: list[str] = []
        result = finished(shown.append)

    assert (result.passed, result.failed) == (1, 0)
    assert "hello" in "".join(shown)


def test_a_stage_that_nobody_waits_for_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text(
        "import pathlib, time\n"
        "def test_long():\n"
        "    pathlib.Path('begun').touch()\n"
        "    time.sleep(60)\n"
        "    pathlib.Path('ended').touch()\n"
    )
    stage = Stage("all of it", "not other", options=("-p", "no:django"))

    with stage.beside(tmp_path, tmp_path, coverage=False):
        while not (tmp_path / "begun").exists():
            time.sleep(0.02)

    assert not (tmp_path / "ended").exists()


def test_a_stage_leaves_its_coverage(tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text("def test_good(): pass\n")
    stage = Stage("all of it", "not other", options=("-p", "no:django"))

    assert stage.run(tmp_path, tmp_path, coverage=True).passed == 1
    assert list(tmp_path.glob("coverage.all-of-it*"))


def test_a_stage_has_its_own_servers_and_not_the_shell_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FLASHSESAME_DATABASE_URL", "postgres://precious")
    monkeypatch.setenv("FLASHSESAME_REDIS_URL", "redis://precious")
    stage = Stage("title", "marks", {"FLASHSESAME_REDIS_URL": "redis://mine"})

    environment = stage._environment()

    assert "FLASHSESAME_DATABASE_URL" not in environment
    assert environment["FLASHSESAME_REDIS_URL"] == "redis://mine"


def test_a_selection_without_a_test_has_not_run(tmp_path: Path) -> None:
    result = read_report("title", tmp_path / "none.xml", code=5, seconds=1)

    assert result.not_run == "no test has these marks"
    assert not summary.is_success([result], in_ci=False)


def test_a_pytest_that_died_has_failed(tmp_path: Path) -> None:
    result = read_report("title", tmp_path / "none.xml", code=-11, seconds=1)

    assert result.failed == 1
    assert "ended with code -11" in result.not_run


def test_a_bad_end_counts_even_when_no_test_failed(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text("<testsuites><testcase classname='a' name='b'/></testsuites>")

    result = read_report("title", report, code=1, seconds=1)

    assert (result.passed, result.failed) == (1, 1)


def test_the_last_line_counts_every_test() -> None:
    results = [
        Result("first", passed=2, failed=1, skipped=["test_lazy: too lazy"]),
        Result("second", passed=3),
        Result("third", not_run="no server"),
        Result("fourth", failed=1, not_run="pytest ended with code 2"),
    ]

    said = list(summary.lines(results, is_covered=False))

    assert "  first: 2 passed, 1 failed, 1 skipped, 0 s" in said
    assert "    skipped: test_lazy: too lazy" in said
    assert "  third: NOT RUN: no server" in said
    assert "  fourth: 0 passed, 1 failed, 0 s (pytest ended with code 2)" in said
    assert "  coverage: TOO LOW" in said
    assert said[-1] == "5 passed, 2 failed"


@pytest.mark.parametrize(
    ("result", "for_a_person", "for_a_ci"),
    [
        (Result("good", passed=1), True, True),
        (Result("bad", passed=1, failed=1), False, False),
        (Result("lazy", passed=1, skipped=["x"]), True, False),
        (Result("no server", not_run="none"), False, False),
        (Result("no browser", not_run="none", is_optional=True), True, False),
    ],
)
def test_a_ci_forgives_less_than_a_person(
    result: Result, for_a_person: bool, for_a_ci: bool
) -> None:
    assert summary.is_success([result], in_ci=False) is for_a_person
    assert summary.is_success([result], in_ci=True) is for_a_ci


@contextmanager
def lent() -> Iterator[str]:
    yield "somewhere"


def unavailable() -> AbstractContextManager[str]:
    raise ServerUnavailable("no program for this machine")


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Stage]]:
    """Let every stage pass at once; return those that were asked for."""
    seen: list[Stage] = []

    def run(stage: Stage, *_: Path, coverage: bool) -> Result:
        seen.append(stage)
        assert coverage is False
        return Result(stage.title, passed=2)

    @contextmanager
    def beside(
        stage: Stage, *paths: Path, coverage: bool
    ) -> Iterator[Callable[[Callable[[str], object]], Result]]:
        def finished(show: Callable[[str], object]) -> Result:
            show("its own output\n")
            return stage.run(*paths, coverage=coverage)

        yield finished

    monkeypatch.setattr(Stage, "run", run)
    monkeypatch.setattr(Stage, "beside", beside)
    monkeypatch.setattr(command, "postgres", lent)
    monkeypatch.setattr(command, "redis", lent)
    monkeypatch.setattr(command, "provide", lambda *_, **__: "")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("FLASHSESAME_COVERAGE", raising=False)
    before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGHUP)}
    yield seen
    for name, handler in before.items():
        signal.signal(name, handler)


def test_the_suite_runs_in_three_stages(
    stages: list[Stage], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("test")

    assert [stage.marks for stage in stages] == [
        "(database or services) and not browser",
        "browser",
        "not services and not browser",
    ]
    assert set(stages[0].variables) == {
        "FLASHSESAME_DATABASE_URL",
        "FLASHSESAME_REDIS_URL",
    }
    told = capsys.readouterr().out
    assert told.splitlines()[-1] == "6 passed, 0 failed"
    assert "its own output" in told


@pytest.mark.usefixtures("stages")
def test_a_server_that_cannot_be_had_fails_the_run_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "redis", unavailable)

    with pytest.raises(SystemExit, match="1"):
        call_command("test")

    assert "NOT RUN: no program for this machine" in capsys.readouterr().out


def test_without_a_browser_the_rest_runs_and_that_is_said(
    stages: list[Stage],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "provide", lambda *_, **__: "it is missing")

    call_command("test")

    assert len(stages) == 2
    assert "browser part: NOT RUN: it is missing" in capsys.readouterr().out


def test_sigterm_ends_the_run_in_order_so_that_servers_end_too(
    stages: list[Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_stage: Stage, *_: Path, **__: object) -> Result:
        signal.raise_signal(signal.SIGTERM)
        return Result("never")

    monkeypatch.setattr(Stage, "run", interrupted)

    with pytest.raises(SystemExit, match="143"):
        call_command("test")

    assert stages == []


@pytest.mark.parametrize(
    ("floor", "verdict"), [(50, "reaches the floor"), (90, "TOO LOW")]
)
def test_coverage_is_put_together_and_compared_with_its_floor(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    floor: int,
    verdict: str,
) -> None:
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    settings.BASE_DIR = tmp_path
    (tmp_path / "pyproject.toml").write_text(
        f"[tool.coverage.report]\nfail_under = {floor}\n"
    )
    (tmp_path / "half.py").write_text(
        "def a():\n    b = 1\n    c = 2\n    return b + c\n"
    )
    (tmp_path / "test_half.py").write_text("import half\n\ndef test_it(): pass\n")
    stage = Stage("half of it", "not other", options=("-p", "no:django"))
    stage.run(tmp_path, tmp_path, coverage=True)

    is_covered = command.Command()._is_covered(tmp_path)

    assert f"  coverage: {verdict}" in summary.lines([], is_covered=is_covered)


@pytest.mark.usefixtures("stages")
@pytest.mark.usefixtures("stages")
def test_too_little_coverage_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASHSESAME_COVERAGE", "1")
    monkeypatch.setattr(Stage, "run", lambda stage, *_, **__: Result(stage.title))
    monkeypatch.setattr(command.Command, "_is_covered", lambda *_: False)

    with pytest.raises(SystemExit, match="1"):
        call_command("test")


def test_arguments_go_to_pytest_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[list[str]] = []

    def become(_program: str, arguments: list[str]) -> None:
        became.append(arguments)
        raise SystemExit

    monkeypatch.setattr(os, "execv", become)

    with pytest.raises(SystemExit):
        command.Command().run_from_argv(["manage.py", "test", "-k", "gtin", "-x"])

    assert became[0][1:] == ["-m", "pytest", "-k", "gtin", "-x"]


@pytest.mark.parametrize(
    ("value", "expected"), [("true", True), ("1", True), ("0", False), ("false", False)]
)
def test_a_variable_may_say_no(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: bool
) -> None:
    monkeypatch.setenv("CI", value)

    assert command.is_set("CI") is expected


def test_every_gate_is_tried_and_the_closed_ones_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = [
        Gate("first", ("sh", "-c", "echo why it is closed; exit 1")),
        Gate(
            "second", ("sh", "-c", 'test "$MODE" = production'), {"MODE": "production"}
        ),
    ]
    monkeypatch.setattr(gate, "gates", lambda _: iter(tried))

    with pytest.raises(CommandError, match="closed: first"):
        call_command("gate")

    said = capsys.readouterr().out
    assert "FAILED  first" in said
    assert "why it is closed" in said
    assert "ok  second" in said


def test_open_gates_are_a_success(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gate, "gates", lambda _: iter([Gate("only", ("true",))]))

    call_command("gate")

    assert "All gates are open." in capsys.readouterr().out


def test_the_gates_cover_what_the_project_promises(tmp_path: Path) -> None:
    names = [each.name for each in gate.gates(tmp_path)]

    assert names == [
        "format",
        "lint",
        "import contracts",
        "Django's checks",
        "Django's deployment checks",
        "migrations are complete",
        "the API can be described",
        "the API document is current",
        "types",
    ]
