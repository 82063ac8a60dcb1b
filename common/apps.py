"""What every other room stands on."""

from django.apps import AppConfig
from django.conf import settings


class CommonConfig(AppConfig):
    """Set the logs up before anybody writes one."""

    name = "common"

    def ready(self) -> None:
        """Configure structlog and the standard library's logging together."""
        from common import logs

        logs.configure(level=settings.LOG_LEVEL, log_format=settings.LOG_FORMAT)
