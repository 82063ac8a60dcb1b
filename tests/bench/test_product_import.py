"""The measurement of imports of products, as far as it needs no server."""

import gzip
import json
from pathlib import Path

from bench import dumping
from products.gtin import is_gtin


def test_its_dump_is_as_long_as_asked_and_its_numbers_are_right(tmp_path: Path) -> None:
    file = tmp_path / "dump.jsonl.gz"

    dumping._write(file, 400)

    with gzip.open(file) as lines:
        records = [json.loads(line) for line in lines]
    codes = {record["code"] for record in records}
    assert len(codes) == len(records) == 400
    assert all(is_gtin(code) for code in codes)
    assert any(record["nutriments"] for record in records)
