"""
Querysets and inserts whose SQL is written once: a run only gives them other values.

Django writes the SQL of a queryset anew at every run, which takes it longer than
PostgreSQL takes to answer. For what somebody at a till waits for, the same queryset is
written down once per kind of database, with places for the values; it runs on Django's
own cursor, and its rows become what the queryset says. PostgreSQL plans it once for
each connection: what is no value stands in the SQL, so that partial indexes serve.
"""

import contextlib
import copy
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connections
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.sql.subqueries import InsertQuery, UpdateQuery
from psycopg import sql as driver

R = TypeVar("R")
M = TypeVar("M", bound=Model)
Kind = Field[Any, Any]


class Place(Expression):
    """Where a value of this kind will stand."""

    def __init__(self, name: str, kind: Kind) -> None:
        super().__init__(output_field=kind)
        self.name, self.kind = name, kind

    def as_sql(self, *_compiler: Any, **_more: Any) -> Any:
        """Leave itself among the parameters, to be found there."""
        return "%s", [self]

    def prepared(self, value: Any, connection: Any) -> Any:
        """Return what the driver is given for this value."""
        return self.kind.get_db_prep_value(value, connection)


class _Stored(Place):
    """Where a value that is stored will stand."""

    def prepared(self, value: Any, connection: Any) -> Any:
        return self.kind.get_db_prep_save(value, connection)


class _Plan(NamedTuple):
    """SQL for one kind of database, and the compiler that wrote it."""

    compiler: Any
    sql: str
    parameters: tuple[Any, ...]

    def bound(self, using: str, values: Mapping[str, Any]) -> Any:
        """Return a compiler for the present thread whose SQL has these values."""
        connection = connections[using]
        given = tuple(
            one.prepared(values[one.name], connection)
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
        connection = connections[using]
        vendor = connection.vendor
        if vendor not in self._plans:
            # What is written into the SQL depends on how the server reads it.
            connection.ensure_connection()
            self._plans[vendor] = self._plan(using)
        return self._plans[vendor].bound(using, values)

    def _plan(self, using: str) -> _Plan:
        compiler = self._compiler(using)
        return _planned(compiler, *compiler.as_sql())

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
        with _preparing(using):
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
    """
    An update to be done again and again; `build` gives the rows and the changes.

    `returning` names the columns that are given back of each row that was changed.
    """

    def __init__(
        self,
        build: Callable[..., tuple["QuerySet[Any]", Mapping[str, Any]]],
        *,
        returning: Sequence[str],
        **kinds: Kind,
    ) -> None:
        super().__init__(kinds)
        self._build, self._returning = build, returning

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Update, and return the columns of each row that was changed."""
        bound = self._bound(values, "default")
        with _preparing("default"), bound.connection.cursor() as cursor:
            cursor.execute(*bound.as_sql())
            found = cursor.fetchall()
        converters = bound.get_converters(self._columns(bound.query))
        return [tuple(row) for row in bound.apply_converters(found, converters)]

    def _plan(self, using: str) -> _Plan:
        plan = super()._plan(using)
        quote = connections[using].ops.quote_name
        names = [quote(one.target.column) for one in self._columns(plan.compiler.query)]
        return plan._replace(sql=f"{plan.sql} RETURNING {', '.join(names)}")

    def _columns(self, query: Any) -> list[Any]:
        options = query.get_meta()
        return [
            options.get_field(name).get_col(options.db_table)
            for name in self._returning
        ]

    def _compiler(self, using: str) -> Any:
        queryset, changes = self._build(**self._places)
        query: Any = queryset.query.chain(UpdateQuery)
        query.add_update_values(dict(changes))
        return query.get_compiler(using)


class Insert(_Written, Generic[M]):
    """
    Rows of one model, inserted one by one as `bulk_create` inserts one.

    Their values are values, and not expressions.
    """

    def __init__(self, model: type[M]) -> None:
        options = model._meta
        self._auto = options.auto_field
        fields = options.local_concrete_fields
        self._fields = [field for field in fields if field is not self._auto]
        super().__init__({})
        self._places = {
            field.attname: _Stored(field.attname, field) for field in self._fields
        }
        self._model = model

    def run(self, row: M) -> None:
        """Insert a row, which is given the key that the database made."""
        values = {one.attname: one.pre_save(row, add=True) for one in self._fields}
        bound = self._bound(values, "default")
        written = bound.as_sql()
        bound.as_sql = lambda: [written]
        with _preparing("default"):
            found = bound.execute_sql(self._returned)
        if self._auto is not None:
            [[row.pk]] = found
        row._state.adding, row._state.db = False, "default"

    @property
    def _returned(self) -> list[Any] | None:
        return [self._auto] if self._auto is not None else None

    def _plan(self, using: str) -> _Plan:
        query: Any = InsertQuery(self._model)
        query.insert_values(self._fields, [SimpleNamespace(**self._places)], raw=True)
        compiler: Any = query.get_compiler(using)
        compiler.returning_fields = self._returned
        [(sql, parameters)] = compiler.as_sql()
        return _planned(compiler, sql, parameters)


def _planned(compiler: Any, sql: str, parameters: Sequence[Any]) -> _Plan:
    """Write what is no value into the SQL, where the driver says how."""
    if compiler.connection.vendor != "postgresql" or "%%" in sql:
        return _Plan(compiler, sql, tuple(parameters))
    context = compiler.connection.connection
    pieces = sql.split("%s")
    written = [
        "%s"
        if isinstance(one, Place)
        else driver.Literal(one).as_string(context).replace("%", "%%")
        for one in parameters
    ]
    filled = "".join(
        piece + more for piece, more in zip(pieces, [*written, ""], strict=True)
    )
    places = (one for one in parameters if isinstance(one, Place))
    return _Plan(compiler, filled, tuple(places))


def _preparing(using: str) -> contextlib.AbstractContextManager[None]:
    connection: Any = connections[using]
    if connection.vendor != "postgresql":
        return contextlib.nullcontext()
    preparing: contextlib.AbstractContextManager[None] = connection.preparing()
    return preparing
