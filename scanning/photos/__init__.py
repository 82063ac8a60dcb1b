"""
Reading the codes in a photo, in processes that may be killed.

Whatever decodes an uploaded file is old C and C++ with a history: it runs in a child
process with limits on its memory and its time, which knows no secret and no database.
The child is `child.py`; what it imports knows no Django.
"""

from scanning.photos.voting import Seen

__all__ = ["Seen", "available", "read", "warm"]

# The imports inside the functions: the child imports this package too.


def read(data: bytes) -> list[Seen]:
    """
    Return the codes of a photo: confirmed product codes first, candidates last.

    Raise one of this room's errors for a file that is no photo or cannot be read within
    the limits, and `ReadersBusy` when too many photos wait.
    """
    from scanning.photos.asking import read_photo

    return read_photo(data)


def available() -> list[str]:
    """Return the names of the libraries that the reading processes have."""
    from scanning.photos.asking import available_engines

    return available_engines()


def warm() -> None:
    """Start the reading processes, so that the first photo need not wait for one."""
    from scanning.photos.asking import start_readers

    start_readers()
