"""
The Celery application: who may publish, and what a task inherits from its request.

Rows are the truth and messages only hints (docs/architecture.md), so a refused or lost
message is repaired by the next sweep.
"""

import os
from typing import Any

import structlog
from celery import Celery
from celery.contrib.django.task import DjangoTask
from celery.signals import before_task_publish, task_postrun, task_prerun
from django.db import close_old_connections
from kombu.exceptions import OperationalError

from config.embedded import state

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

REQUEST_ID = "request_id"


class NoWorkerHere(OperationalError):
    """
    Nobody in this process would ever read the message.

    A broker that cannot be reached, to whoever catches those: the row stays due.
    """


class TaskExited(Exception):
    """A task called `sys.exit`, which a pool of threads would never acknowledge."""


class Task(DjangoTask[..., Any]):
    """What every task of the project is."""

    # For what the broker itself does over, when a worker was killed in the middle. What
    # fails for another reason is a row that stays due: no task of ours calls `retry`.
    max_retries = 3
    default_retry_delay = 1

    def apply_async(self, *args: Any, **options: Any) -> Any:
        """
        Publish the task, unless it would go into this process's memory and stay there.

        Here and not in a signal, because Celery only logs what its receivers raise.
        """
        if _would_be_lost(self.app):
            raise NoWorkerHere(
                f"{self.name} was not sent: the queue is in this process's memory and "
                "no worker runs here. `manage.py run` has one; elsewhere set "
                "FLASHSESAME_REDIS_URL."
            )
        return super().apply_async(*args, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task; an exit becomes a failure, since threads cannot be exited."""
        if self.request.called_directly:
            return super().__call__(*args, **kwargs)
        try:
            # The tracer has already pushed the request that `super()` would push.
            return self.run(*args, **kwargs)
        except SystemExit as leaving:
            raise TaskExited(f"{self.name} exited with {leaving.code}") from leaving


def _would_be_lost(celery: Celery) -> bool:
    return (
        str(celery.conf.broker_url).startswith("memory:")
        and not celery.conf.task_always_eager
        and not state.is_embedded()
    )


@before_task_publish.connect
def send_request_id(headers: dict[str, Any], **_signal: Any) -> None:
    """Let the message carry the identifier of the request that it comes from."""
    identifier = structlog.contextvars.get_contextvars().get(REQUEST_ID)
    if identifier:
        headers[REQUEST_ID] = identifier


@task_prerun.connect
@task_postrun.connect
def check_connections(task: Task, **_signal: Any) -> None:
    """
    Let go of connections that failed or are old, and look at the others before use.

    As Django does around a request. Celery's own way, a new connection for each task,
    costs more than most tasks: `CELERY_DB_REUSE_MAX` turns it off.
    """
    if not task.request.is_eager:
        close_old_connections()


@task_prerun.connect
def bind_request_id(task: Task, **_signal: Any) -> None:
    """Write the request's identifier on every line that the task logs."""
    identifier = task.request.get(REQUEST_ID)
    if identifier:
        tokens = structlog.contextvars.bind_contextvars(request_id=identifier)
        task.request.update({"log_tokens": tokens})


@task_postrun.connect
def unbind_request_id(task: Task, **_signal: Any) -> None:
    """Give the thread back as it was: the pool lends it to other requests' tasks."""
    tokens = task.request.get("log_tokens")
    if tokens:
        structlog.contextvars.reset_contextvars(**tokens)


app = Celery("flashsesame", task_cls=Task)
app.config_from_object("django.conf:settings", namespace="CELERY")
# Celery's current application belongs to one thread. Without a default, a retry or a
# shared task in any other thread falls back to amqp://localhost.
app.set_default()
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="sweeps")
app.autodiscover_tasks(related_name="label_tasks")
