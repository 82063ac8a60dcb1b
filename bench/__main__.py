"""`make bench`: every measurement, one after the other, at its quick setting."""

import subprocess
import sys
from pathlib import Path

from bench.tables import say

# Each is a process of its own: its settings and its database are nobody else's.
COMMANDS = (
    "sheet_read.py",
    "sqlite_writers.py",
    "code_parsing.py",
    "photo_reading.py",
    "resolver_contract.py",
    "label_printing.py",
    "scan_counting.py",
    "transparency_index.py",
    "statement_import.py",
    "sheet_publishing.py",
    "product_import.py",
    "event_capture.py",
    "stock_update.py",
    "product_search.py",
    "till_latency.py",
    "open_streams.py",
    "settling_race.py",
    "till_chaos.py",
    "till_soak.py",
    "signature_times.py",
    "ledger_writers.py",
    "ledger_tree.py",
    "ledger_kills.py",
)


def main() -> None:
    """Run them all, and exit with 1 when one of them failed."""
    failed = []
    for command in COMMANDS:
        say(f"\n== {command}")
        script = Path(__file__).parent / command
        if subprocess.run([sys.executable, script], check=False).returncode:
            failed.append(command)
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
