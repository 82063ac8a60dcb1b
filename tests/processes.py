"""What the processes that a test starts are given of its environment."""

from collections.abc import Mapping

# What this run of the tests stands on must not reach the process under test.
NOT_INHERITED = ("FLASHSESAME_DATABASE_URL", "FLASHSESAME_REDIS_URL")
# By these, coverage begins in a process before anything else.
OF_COVERAGE = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")


def inherited(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the servers of this run."""
    return _without(environment, NOT_INHERITED)


def unmeasured(environment: Mapping[str, str]) -> dict[str, str]:
    """
    Return an environment in which coverage is not counted either.

    It nearly doubles what a process costs. Those that only show once more, from
    outside, what measured tests have been through do without.
    """
    return _without(environment, (*NOT_INHERITED, *OF_COVERAGE))


def _without(environment: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in names}
