"""
One chain of tasks, each asking for the next, however many rows wait.

The same workers carry the prompts of the tills, so long work takes one of them at most,
for some seconds at a time. A chain that broke is forgotten soon, and a sweep begins the
next one.
"""

import uuid

from django.core.cache import cache

FORGOTTEN_AFTER_SECONDS = 30


class Chain:
    """A chain by its name; the link under way is known to the cache."""

    def __init__(self, name: str) -> None:
        self.name = f"{name}.chain"

    def is_left_to_another(self, link: str) -> bool:
        """Say whether a task with this link is not the one that goes on."""
        return bool(cache.get(self.name, "") != link)

    def next_link(self) -> str:
        """Return the link for the next task of the chain, which is under way now."""
        link = uuid.uuid4().hex
        cache.set(self.name, link, FORGOTTEN_AFTER_SECONDS)
        return link

    def end(self) -> None:
        """Forget the chain: nothing waits any more."""
        cache.delete(self.name)
