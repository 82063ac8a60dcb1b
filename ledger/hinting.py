"""Telling the sequencer that something waits for it, sooner than its next look."""

import threading

# In the process that runs a sequencer; elsewhere nobody waits for it.
woken = threading.Event()


def hint_sequencing() -> None:
    """Wake the sequencer of this process, if it has one: rows are the truth."""
    woken.set()
