"""
One server process to be measured: `python -m bench.serving <subject> [cpu]`.

WSGI is served by granian, one worker, as in production; ASGI by uvicorn with what
`manage.py run` gives it. The port is printed, on a line of its own, as soon as it is
known; whoever asks too early asks again.
"""

import os
import sys
from typing import Any

# One thread: what is compared is work, not how two threads get in each other's way.
WSGI_THREADS = 1
SUBJECT = "BENCH_SUBJECT"


def serve(subject: str, cpu: int | None) -> None:
    """Answer requests until terminated, on one processor if one is named."""
    if cpu is not None:
        # First of all: threads and processes inherit where they may run.
        os.sched_setaffinity(0, {cpu})
    os.environ[SUBJECT] = subject
    if subject.endswith("wsgi"):
        _serve_wsgi()
    else:
        _serve_asgi()


def application() -> Any:
    """Return the application of the subject that this process serves."""
    from bench import limits

    match os.environ[SUBJECT]:
        case "constant-wsgi":
            return limits.constant_wsgi
        case "constant-asgi":
            return limits.constant
        case "select-wsgi":
            return limits.one_select_wsgi
        case "select-asgi":
            return limits.one_select
        case "fastapi-hot-asgi":
            from bench import rival

            return rival.application(keep=True)
        case "fastapi-asgi":
            from bench import rival

            return rival.application(keep=False)
        case "sheet-asgi":
            from config import asgi

            return asgi.application
    return _wsgi_of_ours(os.environ[SUBJECT])


def _wsgi_of_ours(subject: str) -> Any:
    from django.conf import settings

    from config import wsgi

    if subject == "sheet-wsgi":
        return wsgi.application
    if subject == "nested-wsgi":
        settings.ROOT_URLCONF = "bench.nested"
    # Behind the same middleware, without the short way in front of Django.
    return wsgi.django_application


def _serve_wsgi() -> None:
    from granian import Granian
    from granian.constants import Interfaces

    from config.testing.processes import free_port

    port = free_port()
    _say(port)
    Granian(
        "bench.serving:application",
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=WSGI_THREADS,
        websockets=False,
        log_enabled=False,
        factory=True,
    ).serve()


def _serve_asgi() -> None:
    import uvicorn

    from config.embedded.server import BACKLOG, listen

    listener = listen("127.0.0.1", 0)
    _say(listener.getsockname()[1])
    config = uvicorn.Config(
        application(),
        backlog=BACKLOG,
        log_config=None,
        access_log=False,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[listener])


def _say(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None)
