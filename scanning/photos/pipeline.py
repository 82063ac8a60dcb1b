"""
Reading a photo: looks at it until a product is certain or the time is spent.

No look is begun after the processor time of the limits; the process around this ends
what a single look may take too long for.
"""

import time

from scanning.photos import looks, voting
from scanning.photos.limits import Limits
from scanning.photos.loading import Photo
from scanning.photos.voting import Read, Seen

# A sheet of labels has dozens of codes, and counting their votes costs time too.
MOST_READS, MOST_READS_IN_ALL = 50, 400


def read(data: bytes, limits: Limits) -> list[Seen]:
    """Return the codes of a photo; raise `Unusable` for a file that is none."""
    started = time.process_time()
    reads: list[Read] = []
    seen: list[Seen] = []
    for look in looks.at(Photo(data, limits), reads):
        if found := look.read():
            reads += found[:MOST_READS]
            seen = voting.count(reads)
            if voting.is_enough(seen):
                break
        if len(reads) >= MOST_READS_IN_ALL:
            break
        if (time.process_time() - started) * 1_000 >= limits.cpu_ms:
            break
    return seen
