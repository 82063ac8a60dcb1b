"""Payments while everything is killed at random, and what became of each of them."""

import asyncio
import json
import random
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple

from bench import fleet, hearing, marketplace
from bench.customers import Question
from bench.fleet import Fleet
from bench.hearing import Ear
from bench.marketplace import Market
from bench.nearby import NEARBY
from bench.stopping import end_in_order
from bench.tables import say

# A repair, and an end after its time, may take so long.
BAR_SECONDS = 5.0
# Whoever is killed while it tells a server holds the row for so long.
CLAIM_SECONDS = 12.0
# Nobody is reached without these: the time counts from when they are back.
DOORS = {"web", "postgres"}
KILLED = ("worker 1", "worker 2", "web", "sweeper", "redis")


class Plan(NamedTuple):
    """How much, how fast, and how often something is killed."""

    prompts: int
    per_second: float
    kills: int
    database_kills: int
    shoppers: int
    ttl: int
    seed: int = 1
    # How many never answer: their prompts expire.
    silent: float = 0.05


THOROUGH = Plan(2_000, 6.0, 28, 2, 160, 60)
QUICK = Plan(200, 7.0, 6, 1, 60, 20)


class Fault(NamedTuple):
    """One kill, and when the part answered again."""

    part: str
    killed_at: float
    ready_at: float


@dataclass
class Verdict:
    """What was asked, and what must be empty: each line names one question."""

    attempted: int
    acknowledged: int
    rejected: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    # How long each took: on the phone, ended after its time, told to the till.
    repairs: list[float] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    # Outcomes that a till's server had to be told, and how long that took.
    told: int = 0
    server_repairs: list[float] = field(default_factory=list)
    # Prompts for which a phone whose app is closed was woken.
    woken: int = 0

    @property
    def is_good(self) -> bool:
        """Say whether nothing was lost, doubled or late, and most was asked at all."""
        asked = self.acknowledged - len(self.rejected)
        is_measured = asked >= self.attempted * 0.8
        return is_measured and not (
            self.lost or self.doubled or self.late or self.refused
        )


def run(arguments: Sequence[str]) -> None:
    """Measure and print; exit with 1 when one prompt was lost, doubled or late."""
    parser = ArgumentParser(
        prog="till_chaos.py", description="Payments while everything is killed."
    )
    parser.add_argument("--thorough", action="store_true", help="2,000 prompts")
    parser.add_argument("--seed", type=int, default=1, help="which kills, and when")
    parser.add_argument("--prompts", type=int, help="how many; default: 200 or 2,000")
    options = parser.parse_args(arguments)
    end_in_order()
    plan = (THOROUGH if options.thorough else QUICK)._replace(seed=options.seed)
    if options.prompts:
        plan = plan._replace(prompts=options.prompts)
    with (
        tempfile.TemporaryDirectory(prefix="flashsesame-chaos-") as folder,
        hearing.listening(Path(folder)) as ear,
        fleet.standing(
            Path(folder),
            {"FLASHSESAME_PROMPT_TTL_SECONDS": str(plan.ttl), **beside(ear)},
        ) as standing,
    ):
        verdict, faults = measure(standing, plan, ear)
    show(plan, verdict, faults)
    if not verdict.is_good:
        sys.exit("A prompt was lost, doubled or late.")


def beside(ear: Ear) -> dict[str, str]:
    """Return what makes the service's processes tell a server on this machine."""
    return {
        "FLASHSESAME_PUSH_HOSTS": ear.host,
        "SSL_CERT_FILE": str(ear.certificate),
        NEARBY: ear.host,
    }


def measure(standing: Fleet, plan: Plan, ear: Ear) -> tuple[Verdict, list[Fault]]:
    """Let people pay while parts are killed, and judge what became of it."""
    market = marketplace.open_market(plan.shoppers, ear)
    questions = [Question(f"T-{number}") for number in range(plan.prompts)]
    faults: list[Fault] = []
    failures: list[BaseException] = []
    is_over = threading.Event()

    def kill() -> None:
        try:
            _kill(standing, plan, faults, is_over)
        except BaseException as error:
            failures.append(error)

    killing = threading.Thread(target=kill)
    killing.start()
    try:
        connected = asyncio.run(
            marketplace.trade(standing.address, market, questions, plan, ear)
        )
    finally:
        is_over.set()
        killing.join()
    if failures:
        raise failures[0]
    _settle_down(faults)
    verdict = judge(questions, connected, faults)
    _judge_servers(verdict, questions, market, ear, faults)
    return verdict, faults


def _kill(
    standing: Fleet, plan: Plan, faults: list[Fault], is_over: threading.Event
) -> None:
    """Kill each part in turn, in random order, at random moments."""
    chance = random.Random(plan.seed)
    names = [KILLED[number % len(KILLED)] for number in range(plan.kills)]
    names = [name for name in names if name in standing.parts]
    names += ["postgres"] * plan.database_kills
    chance.shuffle(names)
    pause = plan.prompts / plan.per_second / len(names)
    for name in names:
        if is_over.wait(chance.uniform(0.3, 1.0) * pause):
            return
        killed_at = time.time()
        standing.parts[name].restart()
        faults.append(Fault(name, killed_at, time.time()))


def _settle_down(faults: list[Fault]) -> None:
    """Wait until what expired in the last outage must have been ended, and told."""
    from django.db import connection

    from checkout.models import Outcome

    last = max((fault.ready_at for fault in faults), default=0.0)
    time.sleep(max(0.0, last + BAR_SECONDS - time.time()))
    # Of before the database was killed.
    connection.close()
    deadline = time.monotonic() + CLAIM_SECONDS + BAR_SECONDS
    while Outcome.objects.open().exists() and time.monotonic() < deadline:
        time.sleep(0.2)


def judge(
    questions: Sequence[Question],
    connected: Mapping[str, Sequence[float]],
    faults: Sequence[Fault],
) -> Verdict:
    """Compare what tills and phones were told with the rows."""
    from checkout.models import Outcome, PaymentPrompt

    rows = {row.pk: row for row in PaymentPrompt.objects.all()}
    ended = set(Outcome.objects.values_list("pk", flat=True))
    taken = [one for one in questions if one.prompt is not None]
    verdict = Verdict(len(questions), len(taken))
    references = Counter(row.reference for row in rows.values())
    verdict.doubled += [
        f"{name}: {count} prompts" for name, count in references.items() if count > 1
    ]
    verdict.refused += [
        f"{one.reference}: {one.refused}" for one in questions if one.refused
    ]
    for row in rows.values():
        verdict.states[f"{row.state} {row.audit_reason}".strip()] += 1
    for question in taken:
        assert question.prompt is not None
        found = rows.get(question.prompt.id)
        if found is None or found.state == "pending":
            state = "no row" if found is None else "still pending"
            verdict.lost.append(f"{question.reference}: {state}")
            continue
        _judge_ended(verdict, question, found, has_outcome=found.pk in ended)
        if found.state != "rejected" and question.shown_at:
            lines = connected[question.reference]
            _judge_times(verdict, question, found, faults, lines)
    return verdict


def _judge_ended(
    verdict: Verdict, question: Question, row: Any, *, has_outcome: bool
) -> None:
    name = question.reference
    if set(question.told) - {row.state} or question.answered not in ("", row.state):
        verdict.doubled.append(
            f"{name}: {row.state}, till {question.told}, phone {question.answered}"
        )
    if row.state == "rejected":
        verdict.rejected.append(name)
        return
    if not has_outcome:
        verdict.lost.append(f"{name}: {row.state} without an outcome")
    if not question.shown_at:
        verdict.lost.append(f"{name}: {row.state}, never on the phone")


def _judge_times(
    verdict: Verdict,
    question: Question,
    row: Any,
    faults: Sequence[Fault],
    lines: Sequence[float],
) -> None:
    ended = question.answered_at or row.expires_at.timestamp()
    opened = [line for line in lines if question.accepted_at <= line]
    times = [("shown", question.accepted_at, question.shown_at, opened)]
    if row.state == "expired":
        times.append(("ended", ended, row.decided_at.timestamp(), []))
    times.append(("told", ended, question.told_at, []))
    for what, begin, end, restarts in times:
        took = max(0.0, end - _clock(begin, end, faults, restarts))
        verdict.repairs.append(took)
        if not end or took > BAR_SECONDS:
            verdict.late.append(
                f"{question.reference}: {what} after {took:.1f} s ({row.state})"
            )


def _judge_servers(
    verdict: Verdict,
    questions: Sequence[Question],
    market: Market,
    ear: Ear,
    faults: Sequence[Fault],
) -> None:
    """Compare what tills' servers and closed phones were told with the rows."""
    from checkout.models import PaymentPrompt

    rows = {row.pk: row for row in PaymentPrompt.objects.exclude(state="rejected")}
    outcomes = ear.outcomes(market.public_key)
    for number, question in enumerate(questions):
        row = rows.get(question.prompt.id) if question.prompt else None
        if row is None or not market.is_told(number):
            continue
        told, name = outcomes.pop(row.pk, []), question.reference
        verdict.told += 1
        if not told:
            verdict.lost.append(f"{name}: {row.state}, its server was not told")
            continue
        said = {(one.identifier, one.state) for one in told}
        if len(said) > 1 or told[0].state != row.state:
            verdict.doubled.append(f"{name}: {row.state}, its server {said}")
        assert row.decided_at is not None
        ended = row.decided_at.timestamp()
        took = told[0].at - _clock(ended, told[0].at, faults, [])
        verdict.server_repairs.append(took)
        if took > CLAIM_SECONDS + BAR_SECONDS:
            verdict.late.append(f"{name}: its server after {took:.1f} s")
    verdict.doubled += [f"{key}: a server that has no part" for key in outcomes]
    woken = ear.messages(market.closed)
    verdict.woken = sum(len(prompts) for prompts in woken.values())
    verdict.refused += ear.wrong


def _clock(
    begin: float, end: float, faults: Sequence[Fault], lines: Sequence[float]
) -> float:
    """Return when the time began to count: not while there was no door to come by."""
    opened = [
        fault.ready_at
        for fault in faults
        if fault.part in DOORS and fault.killed_at <= end and fault.ready_at >= begin
    ]
    opened += [line for line in lines if line <= end]
    return min(end, max([begin, *opened]))


def _spread(seconds: Sequence[float]) -> str:
    hundredths = quantiles(seconds, n=100) if len(seconds) > 1 else [0]
    return (
        f"p50 {hundredths[len(hundredths) // 2]:.2f} s, p99 {hundredths[-1]:.2f} s, "
        f"longest {max(seconds, default=0):.2f} s"
    )


def show(plan: Plan, verdict: Verdict, faults: Sequence[Fault]) -> None:
    """Print what was killed, and the five figures."""
    kills = Counter(fault.part for fault in faults)
    slowest = max(faults, key=lambda fault: fault.ready_at - fault.killed_at)
    say(f"{plan.prompts} prompts, {plan.per_second:g} a second, seed {plan.seed}")
    say(
        f"kill -9: {len(faults)} ("
        + ", ".join(f"{name} {count}" for name, count in sorted(kills.items()))
        + f"), back after at most {slowest.ready_at - slowest.killed_at:.1f} s "
        f"({slowest.part})"
    )
    say(f"states: {json.dumps(verdict.states, sort_keys=True)}")
    say(f"shown, ended, told after: {_spread(verdict.repairs)}")
    say(
        f"{verdict.told} outcomes told to tills' servers, after: "
        f"{_spread(verdict.server_repairs)}"
    )
    say(f"closed phones woken for {verdict.woken} prompts")
    say(
        f"\nattempted {verdict.attempted}, acknowledged {verdict.acknowledged} "
        f"(rejected {len(verdict.rejected)}), lost {len(verdict.lost)}, "
        f"doubled {len(verdict.doubled)}, late {len(verdict.late)}"
    )
    for kind in ("lost", "doubled", "late", "refused"):
        for line in getattr(verdict, kind)[:10]:
            say(f"  {kind} {line}")
