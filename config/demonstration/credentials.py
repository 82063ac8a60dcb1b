"""What opens the demonstration: one file, for its owner only, that appears whole."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings

NAME = "demonstration.json"


def path() -> Path:
    """Return where the file lies."""
    folder: Path = settings.DATA_DIR
    return folder / NAME


def read() -> dict[str, Any]:
    """Return what the file says; nothing when it is lost or was spoilt."""
    try:
        content = json.loads(path().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write(content: dict[str, Any]) -> None:
    """Replace the file in one step, readable by nobody else from its first byte."""
    file = path()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{NAME}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(content, stream, ensure_ascii=False, indent=1)
            stream.write("\n")
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
