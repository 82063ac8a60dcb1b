"""The tables of a database that a measurement has to itself."""

import os
import shutil

# The tests, which try many measurements, name a file that has the tables already.
READY = "BENCH_READY_DATABASE"


def prepare() -> None:
    """Give an empty database its tables."""
    from django.core.management import call_command
    from django.db import connection

    ready = os.environ.get(READY)
    if ready and connection.vendor == "sqlite":
        shutil.copyfile(ready, connection.settings_dict["NAME"])
    else:
        call_command("migrate", interactive=False, verbosity=0)
