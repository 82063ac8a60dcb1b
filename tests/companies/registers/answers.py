"""Recorded answers, and registers that give them without a network."""

import json
from pathlib import Path
from typing import Any

from common.outgoing import Answer

RECORDED = Path(__file__).resolve().parents[2] / "fixtures" / "registers"
SIREN = "999900053"
LEI = "999900FLASHSESAM0263"
PARENT_LEI = "999900FLASHSESAM0360"


def recorded(name: str) -> bytes:
    """Return a recorded answer."""
    return (RECORDED / f"{name}.json").read_bytes()


def changed(name: str, **members: Any) -> bytes:
    """Return a recorded answer of SIRENE whose company has other members."""
    answer = json.loads(recorded(name))
    answer["results"][0].update(members)
    return json.dumps(answer).encode()


class Replies:
    """What a register answers next: a status and a body, or a failure, by path."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.by_path: dict[str, object] = {}
        self.retry_after: str | None = None

    def say(self, path: str, answer: object, body: bytes = b"") -> None:
        """Answer every path that begins so with this; the longest such word counts."""
        if isinstance(answer, int):
            answer = Answer(answer, body, self.retry_after)
        self.by_path[path] = answer

    def get(self, base_url: str, path: str, **_limits: Any) -> Answer:
        """Stand in for `outgoing.get`."""
        assert base_url in {
            "https://recherche-entreprises.api.gouv.fr",
            "https://api.gleif.org",
        }
        self.asked.append(path)
        begin = max(
            (one for one in self.by_path if path.startswith(one)), key=len, default=None
        )
        assert begin is not None, f"nobody expected {path}"
        answer = self.by_path[begin]
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Answer)
        return answer
