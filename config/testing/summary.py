"""What `manage.py test` says at the end, and whether it was a success."""

from collections.abc import Iterator, Sequence

from config.testing.stages import Result


def lines(results: Sequence[Result], *, is_covered: bool | None) -> Iterator[str]:
    """Return the closing lines; the last one counts every test of every stage."""
    yield ""
    yield "Stages"
    for result in results:
        yield f"  {result.title}: {_outcome(result)}"
        yield from (f"    skipped: {reason}" for reason in result.skipped)
    if is_covered is not None:
        yield f"  coverage: {'reaches the floor' if is_covered else 'TOO LOW'}"
    yield ""
    passed = sum(result.passed for result in results)
    failed = sum(result.failed for result in results)
    yield f"{passed} passed, {failed} failed"


def is_success(results: Sequence[Result], *, in_ci: bool) -> bool:
    """
    Say whether everything that had to run ran and passed.

    A person may lack a browser and may skip a test; a CI that does has proven less
    than it claims.
    """
    return not any(
        result.failed
        or (result.not_run and (in_ci or not result.is_optional))
        or (result.skipped and in_ci)
        for result in results
    )


def _outcome(result: Result) -> str:
    if result.not_run and not result.failed:
        return f"NOT RUN: {result.not_run}"
    counts = f"{result.passed} passed, {result.failed} failed"
    if result.skipped:
        counts += f", {len(result.skipped)} skipped"
    reason = f" ({result.not_run})" if result.not_run else ""
    return f"{counts}, {result.seconds:.0f} s{reason}"
