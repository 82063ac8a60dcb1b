"""What is accepted when it is stated can be published: no value breaks its sheet."""

from datetime import date
from typing import Any

import pytest

from common import canonical
from products import composing
from products.errors import FieldValueRefused
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("price.components", [{"code": "labour_direct"}]),
        ("price.components", [{"code": "labour_direct", "amount": "beaucoup"}]),
        ("price.components", [{"code": "labour_direct", "amount": 40.5}]),
        ("price.components", [{"amount": "40"}]),
        ("eco.pcf_by_stage", [{"stage": "transport"}]),
        ("eco.pcf_by_stage", [{"stage": "transport", "kg_co2e": "peu"}]),
        ("eco.packagings", [{"weight_g": "léger"}]),
        ("places.places", [{"place": "Roubaix", "share_pct": 60.5}]),
        ("traceability.journey", [{"at": "2026-13-45T10:00:00Z"}]),
        ("traceability.journey", [{"at": "2026-03-01T10:00:00"}]),
        ("traceability.journey", [{"at": "2026-03-01"}]),
        ("recalls.recalls", [{"text": {}}]),
        ("variants.varies_by", ["size"] * 2000),
        ("eco.green_score", {"grade": "a", "score": 92.5}),
    ],
    ids=lambda value: repr(value)[:80],
)
def test_a_value_is_refused_when_stated_or_can_be_published(
    path: str, given: Any
) -> None:
    product = make.product()
    try:
        make.field(product, path, given)
    except FieldValueRefused:
        return

    draft = composing.gather(product, on=date(2026, 6, 15))
    for language in ("fr", "en"):
        content = composing.compose(product, draft, language=language)
        assert canonical.dumps(content)
