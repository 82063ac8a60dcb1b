"""
One server process to be measured: `python -m bench.serving <subject> [cpu]`.

All subjects are served by uvicorn with what `manage.py run` gives it. The port is
printed, on a line of its own, as soon as it is listened on.
"""

import os
import sys
from typing import cast

import uvicorn
from django.conf import settings

from bench import limits
from common.asgi import Application
from config.embedded.server import BACKLOG, listen


def serve(subject: str, cpu: int | None) -> None:
    """Answer requests until terminated, on one processor if one is named."""
    if cpu is not None:
        # First of all: threads inherit where they may run.
        os.sched_setaffinity(0, {cpu})
    listener = listen("127.0.0.1", 0)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(
        _application(subject),
        backlog=BACKLOG,
        log_config=None,
        access_log=False,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[listener])


def _application(subject: str) -> Application:
    match subject:
        case "constant":
            return limits.constant
        case "select":
            return limits.one_select
    from config.asgi import application, django_application

    if subject == "sheet":
        return application
    if subject == "nested":
        settings.ROOT_URLCONF = "bench.nested"
    # Behind the same middleware, without the short way in front of Django.
    return cast(Application, django_application)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None)
