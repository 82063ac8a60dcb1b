"""Files that nobody else reads, written whole or not at all."""

import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


def write(path: Path, fill: Callable[[BinaryIO], None], *, root: Path) -> None:
    """
    Write by a draft of this process alone; a failure leaves nothing behind.

    Folders between `root` and the file are made for this account alone. Raise `OSError`
    when the disk is full, and whatever `fill` raises.
    """
    _make_private(path.parent, root)
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with draft.open("xb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(folder: Path) -> None:
    """Let the names in a folder outlive a power cut: a row will count on them."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_private(directory: Path, root: Path) -> None:
    root.mkdir(parents=True, exist_ok=True)
    # The mode of `mkdir` holds for the last folder only, so one at a time.
    for name in directory.relative_to(root).parts:
        root = root / name
        root.mkdir(mode=0o700, exist_ok=True)
