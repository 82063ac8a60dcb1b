"""One run of labels in a data folder of its own: `python -m bench.printing_run …`."""

import json
import os
import sys
import time
from pathlib import Path


def main(layout: str, size: int) -> None:
    """Order `size` labels on `layout`, make them, and print what that took."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from bench import databases

    databases.prepare()
    from django.contrib.auth.models import User

    from companies.models import Company
    from products.models import Product
    from scanning.labels import making
    from scanning.models import LabelRun
    from scanning.services.label_planning import Batch, Style
    from scanning.services.labelling import ask_for_labels

    company = Company.objects.create(name="Filature de mesure")
    product = Product.objects.create(
        gtin="09520123456788", name="Pull marin rayé, taille élève", company=company
    )
    author = User.objects.create_superuser("bench")
    # A first small run loads the font and the engines.
    for count in (1, size):
        ask_for_labels(
            batches=[Batch(product, "LOT-2026", "AB", 1, 6, count)],
            style=Style("qr", layout, "M"),
            author=author,
        )
        _forget_peak()
        idle, began, cpu = _peak_mb(), time.perf_counter(), time.process_time()
        while making.work():
            pass
    run = LabelRun.objects.get(total=size)
    assert run.state == "done", run.error_code
    found = {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "bytes": run.file_size,
        "idle_mb": idle,
        "peak_mb": _peak_mb(),
    }
    sys.stdout.write(json.dumps(found))


def _forget_peak() -> None:
    """Let the kernel forget the peak: starting Django takes more than many runs."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
