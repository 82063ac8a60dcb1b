"""
Querysets whose SQL is written once: each run only gives them other values.

Django writes the SQL of a queryset anew at every run, which takes it longer than
PostgreSQL takes to answer. For what somebody at a till waits for, the same queryset is
written down once per kind of database, with places for the values; it runs on Django's
own cursor, and its rows become what the queryset says.
"""

import copy
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connections
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.constants import ROW_COUNT
from django.db.models.sql.subqueries import UpdateQuery

R = TypeVar("R")
Kind = Field[Any, Any]


class Place(Expression):
    """Where a value of this kind will stand."""

    def __init__(self, name: str, kind: Kind) -> None:
        super().__init__(output_field=kind)
        self.name, self.kind = name, kind

    def as_sql(self, *_compiler: Any, **_more: Any) -> Any:
        """Leave itself among the parameters, to be found there."""
        return "%s", [self]


class _Plan(NamedTuple):
    """SQL for one kind of database, and the compiler that wrote it."""

    compiler: Any
    sql: str
    parameters: tuple[Any, ...]

    def bound(self, using: str, values: Mapping[str, Any]) -> Any:
        """Return a compiler for the present thread whose SQL has these values."""
        connection = connections[using]
        given = tuple(
            one.kind.get_db_prep_value(values[one.name], connection)
            if isinstance(one, Place)
            else one
            for one in self.parameters
        )
        compiler = copy.copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_how, **_more: (self.sql, given)
        return compiler


class _Written:
    """SQL by the kind of database that it is for."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self._places = {name: Place(name, kind) for name, kind in kinds.items()}
        self._plans: dict[str, _Plan] = {}

    def _bound(self, values: Mapping[str, Any], using: str) -> Any:
        vendor = connections[using].vendor
        if vendor not in self._plans:
            self._plans[vendor] = self._plan(using)
        return self._plans[vendor].bound(using, values)

    def _plan(self, using: str) -> _Plan:
        compiler = self._compiler(using)
        sql, parameters = compiler.as_sql()
        return _Plan(compiler, sql, tuple(parameters))

    def _compiler(self, using: str) -> Any:
        raise NotImplementedError


class Select(_Written, Generic[R]):
    """
    A queryset to be read again and again; `build` takes a place for each kind.

    What `build` looks up besides, such as a setting, is looked up once.
    """

    def __init__(self, build: Callable[..., "QuerySet[Any, R]"], **kinds: Kind) -> None:
        super().__init__(kinds)
        self._build = build

    def rows(self, **values: Any) -> list[R]:
        """Return what the queryset finds with these values."""
        queryset = self._queryset
        using = queryset.db
        bound = self._bound(values, using)
        # All that an iterable asks of its queryset.
        stand_in = SimpleNamespace(
            db=using,
            query=_Standing(queryset.query, bound),
            _known_related_objects={},
            _fields=queryset._fields,
        )
        return list(queryset._iterable_class(stand_in))

    def first(self, **values: Any) -> R | None:
        """Return the first row that it finds, or none."""
        return next(iter(self.rows(**values)), None)

    @property
    def _queryset(self) -> Any:
        if "_kept" not in vars(self):
            self._kept = self._build(**self._places)
        return self._kept

    def _compiler(self, using: str) -> Any:
        return self._queryset.query.get_compiler(using)


class _Standing:
    """A query that is compiled already."""

    def __init__(self, query: Any, compiler: Any) -> None:
        self._query, self._compiler = query, compiler

    def get_compiler(self, *_using: Any, **_more: Any) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


class Update(_Written):
    """An update to be done again and again; `build` gives the rows and the changes."""

    def __init__(
        self,
        build: Callable[..., tuple["QuerySet[Any]", Mapping[str, Any]]],
        **kinds: Kind,
    ) -> None:
        super().__init__(kinds)
        self._build = build

    def run(self, **values: Any) -> int:
        """Return how many rows were updated."""
        compiler = self._bound(values, "default")
        count: int = compiler.execute_sql(ROW_COUNT)
        return count

    def _compiler(self, using: str) -> Any:
        queryset, changes = self._build(**self._places)
        query: Any = queryset.query.chain(UpdateQuery)
        query.add_update_values(dict(changes))
        return query.get_compiler(using)
