"""The project's own application: it ties the rooms together."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Load the Celery application, so that every task knows its broker."""

    name = "config"

    def ready(self) -> None:
        """Import what registers itself."""
        from config import celery, checks  # noqa: F401 - registered by being imported
