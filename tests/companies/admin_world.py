"""
Two companies with a row of everything that the admin shows.

Rows are made from the models themselves, so that a new model has its row here without
a word; one whose constraints ask for more says so in `needs`.
"""

import itertools
import uuid
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone

from checkout.models import Endpoint
from companies.models import Company
from products import gtin as arithmetic
from products.models import Product, Sheet
from tests import make

_numbers = itertools.count(1)

Row = models.Model


class World:
    """All rows of one company; every text in them begins with `word`."""

    def __init__(self, word: str, prefix: str) -> None:
        self.word = word
        self.prefix = prefix
        self.rows: dict[type[Row], Row] = {}
        self.user = User.objects.create_user(
            f"{word}-user", f"{word}@{word}.example", first_name=word
        )
        self.company = Company.objects.create(name=f"{word} SAS")
        self.rows |= {User: self.user, Company: self.company}
        self.product = make.product(
            self.number(1), name=f"{word} marin", of=self.company, published=True
        )
        sheet = Sheet.objects.filter(product=self.product, language="en").get()
        self.rows |= {Product: self.product, Sheet: sheet}
        for model, model_admin in admin.site._registry.items():
            self.row(model)
            for inline in model_admin.inlines:
                self.row(inline.model)

    def row(self, model: type[Row]) -> Row:
        """Return the world's row of a model, made on first use."""
        if model not in self.rows and model._meta.proxy:
            behind = model._meta.concrete_model
            assert behind is not None
            pk = self.row(behind).pk
            self.rows[model] = model._base_manager.get(pk=pk)
        if model not in self.rows:
            given = needs(self).get(model._meta.label, {})
            columns = {
                field.name: self._value(field)
                for field in model._meta.concrete_fields
                if field.name not in given and not self._is_left(field)
            }
            self.rows[model] = model._default_manager.create(**columns, **given)
        return self.rows[model]

    def number(self, item: int) -> str:
        """Return a GTIN-14 of the company's own prefix of ten digits."""
        body = f"{self.prefix}{item:03}"
        return body + str(arithmetic.check_digit(body))

    def secrets(self) -> set[str]:
        """Return what nobody else may find: texts and long identifiers."""
        keys = {str(row.pk) for row in self.rows.values()}
        return {self.word.lower(), *(key for key in keys if len(key) >= 8)}

    def snapshot(self) -> dict[str, Any]:
        """Return every column of every row, to be compared later."""
        return {
            model._meta.label: list(
                model._default_manager.filter(pk=row.pk).order_by().values()
            )
            for model, row in self.rows.items()
        }

    def _is_left(self, field: Any) -> bool:
        if isinstance(field, models.AutoField) or getattr(field, "auto_now_add", False):
            return True
        if field.is_relation:
            return bool(field.null) and field.related_model not in {
                Company,
                Endpoint,
                User,
            }
        is_text = isinstance(field, models.CharField | models.TextField)
        return bool(field.null or (field.has_default() and not is_text))

    def _value(self, field: Any) -> Any:
        if field.is_relation:
            return self.row(field.related_model)
        if field.choices:
            return field.default if field.has_default() else field.flatchoices[0][0]
        for kind, value in (
            (models.URLField, f"https://{self.word}.example/{next(_numbers)}"),
            (models.EmailField, f"{self.word}-{next(_numbers)}@{self.word}.example"),
            (models.CharField, self._text(field)),
            (models.TextField, f"{self.word} {next(_numbers)}"),
            (models.BinaryField, b"{}"),
            (models.DateTimeField, timezone.now()),
            (models.DateField, timezone.localdate()),
            (models.UUIDField, uuid.uuid4()),
            (models.JSONField, {}),
            (models.IntegerField, 7),
            (models.BooleanField, False),
        ):
            if isinstance(field, kind):
                return value
        raise AssertionError(f"Say in admin_world what {field} may hold.")

    def _text(self, field: Any) -> str:
        length = field.max_length or 50
        text = f"{self.word}-{next(_numbers)}"
        return text if len(text) <= length else self.word[:length]


def _later() -> Any:
    return timezone.localdate() + timedelta(days=30)


def needs(world: World) -> dict[str, dict[str, Any]]:
    """Return what constraints ask for beyond a value of the right type."""
    now = timezone.now()
    return {
        "companies.Statement": {
            "fact": "legal_name",
            "value": f"{world.word} Industries",
            "observed_at": now,
            "author": world.user,
        },
        "products.Statement": {
            "field": "identity.brand",
            "value": f"{world.word} marque",
            "observed_at": now,
        },
        "companies.ApiKey": {"digest": f"{next(_numbers):064x}"},
        "products.Event": {"hash": f"{next(_numbers):064x}", "offset": "+01:00"},
        "companies.Credential": {"revocation": ""},
        "companies.IssuingKey": {
            "is_current": False,
            "sealed_private": "",
            "retired_at": now,
        },
        "companies.IssuedCredential": {
            "revocation_reason": "",
            "valid_until": now + timedelta(days=30),
        },
        "companies.DomainProof": {"method": ""},
        "companies.CheckResult": {"fact": "legal_name", "outcome": "agree"},
        "companies.Dispute": {"fact": "legal_name"},
        "companies.Evidence": {
            "sha256": f"{next(_numbers):064x}",
            "media_type": "application/pdf",
        },
        "companies.IndexRun": {"state": "done"},
        "companies.Membership": {"role": "owner"},
        "companies.SatisfactionRate": {"answers": 7, "invited": 9},
        "companies.VerifierScope": {"valid_until": _later()},
        "ledger.Entry": {"kind": "dump.published", "version": next(_numbers)},
        "ledger.Checkpoint": {"size": next(_numbers)},
        "scanning.DailyScans": {"gtin": world.product.pk, "count": 4711},
        "scanning.UnknownCode": {
            "gtin": world.number(77),
            "prefix": world.prefix[1:],
            "scans": 50,
        },
        "scanning.OutsideProduct": {"gtin": world.number(78), "state": "absent"},
        "scanning.Anchor": {"path": f"/01/{world.product.pk}"},
        "scanning.Link": {
            "link_type": "https://ref.gs1.org/voc/pip",
            "href": f"https://{world.word}.example/",
            "encryption_method": "",
        },
        "scanning.InStoreNumber": {"product": world.product},
        "scanning.HandedOverPrefix": {"prefix": world.prefix[:7]},
        "scanning.LabelRun": {
            "symbol": "data_matrix",
            "error_correction": "",
            "state": "waiting",
            "error_code": "",
            "title": f"{world.word} étiquettes",
            "total": 7,
        },
    }
