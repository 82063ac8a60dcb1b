"""One run of pytest: what it is given, and what came out of it."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

NO_TESTS_COLLECTED = 5
# How soon what a stage beside prints is seen.
FOLLOW_SECONDS = 0.5
# What the caller's shell may say about servers must not leak into a stage.
OWN_VARIABLES = ("FLASHSESAME_DATABASE_URL", "FLASHSESAME_REDIS_URL")


@dataclass
class Result:
    """How one stage went; `not_run` says why there was none."""

    title: str
    passed: int = 0
    failed: int = 0
    seconds: float = 0.0
    skipped: list[str] = field(default_factory=list)
    not_run: str = ""
    # A person may do without it; a CI may not.
    is_optional: bool = False


@dataclass(frozen=True)
class Stage:
    """A selection of the tests, by their marks, in an environment of its own."""

    title: str
    marks: str
    variables: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[str] = ()

    def run(self, base: Path, scratch: Path, *, coverage: bool) -> Result:
        """Run pytest in a process of its own, its output going to the terminal."""
        report = scratch / f"{self._slug}.xml"
        started = time.monotonic()
        code = subprocess.run(  # noqa: S603 - this Python's own pytest
            [*self._python(scratch, coverage=coverage), *self._pytest(report)],
            cwd=base,
            env=self._environment(),
            check=False,
        ).returncode
        return read_report(
            self.title, report, code=code, seconds=time.monotonic() - started
        )

    @contextlib.contextmanager
    def beside(
        self, base: Path, scratch: Path, *, coverage: bool
    ) -> Iterator[Callable[[Callable[[str], object]], Result]]:
        """
        Run pytest while something else is done; what it prints is kept.

        The function that is given waits for it: it shows what was printed, and then
        what still comes. Whoever leaves early stops it.
        """
        report, output = scratch / f"{self._slug}.xml", scratch / f"{self._slug}.txt"
        started = time.time()
        with output.open("wb") as file:
            process = subprocess.Popen(  # noqa: S603 - this Python's own pytest
                [*self._python(scratch, coverage=coverage), *self._pytest(report)],
                cwd=base,
                env=self._environment(),
                stdout=file,
                stderr=subprocess.STDOUT,
            )

        def finished(show: Callable[[str], object]) -> Result:
            with output.open(errors="replace") as said:
                while process.poll() is None:
                    show(said.read())
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(FOLLOW_SECONDS)
                show(said.read())
            # It may have ended long before anyone waited.
            seconds = output.stat().st_mtime - started
            code = process.returncode
            return read_report(self.title, report, code=code, seconds=seconds)

        try:
            yield finished
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()

    @property
    def _slug(self) -> str:
        return "-".join(filter(str.isalnum, self.title.lower().split()))

    def _python(self, scratch: Path, *, coverage: bool) -> list[str]:
        if not coverage:
            return [sys.executable]
        # Not by pytest-cov, which starts after settings and models are imported.
        data = f"--data-file={scratch / f'coverage.{self._slug}'}"
        return [sys.executable, "-m", "coverage", "run", "--parallel-mode", data]

    def _pytest(self, report: Path) -> list[str]:
        marks = ("-m", self.marks)
        return ["-m", "pytest", "-q", *marks, f"--junitxml={report}", *self.options]

    def _environment(self) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in OWN_VARIABLES
        }
        return {**inherited, **self.variables}


def read_report(title: str, report: Path, *, code: int, seconds: float) -> Result:
    """Return what pytest's report says; a run that left none has failed."""
    result = Result(title, seconds=seconds)
    if code == NO_TESTS_COLLECTED:
        result.not_run = "no test has these marks"
    elif not report.exists():
        result.failed = 1
        result.not_run = f"pytest ended with code {code} and no report"
    else:
        for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - our own report
            _count(case, result)
        if code and not result.failed:
            result.failed = 1
            result.not_run = f"pytest ended with code {code} although no test failed"
    return result


def _count(case: ElementTree.Element, result: Result) -> None:
    name = f"{case.get('classname')}.{case.get('name')}"
    if case.find("failure") is not None or case.find("error") is not None:
        result.failed += 1
    elif (skipped := case.find("skipped")) is not None:
        result.skipped.append(f"{name}: {skipped.get('message')}")
    else:
        result.passed += 1
