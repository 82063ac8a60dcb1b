"""
Every address of the admin, walked by who has no business with a company's rows.

The addresses come from the URL configuration itself: a new page is walked without a
word, and one whose parameters cannot be filled in fails the test.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlencode

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from companies.access import company_group
from tests import make
from tests.companies.admin_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]

# Nobody's row is behind these, and a POST would end the walk.
ENDS_THE_SESSION = ("logout",)
CLOSED = {302, 403, 404, 405}


class Page(NamedTuple):
    """One address of the admin; `is_of` says that it names a row of the company."""

    path: str
    name: str
    is_of: bool


@pytest.fixture
def own() -> World:
    """Return the company of the person who walks."""
    return World("Hermine", "0376000101")


@pytest.fixture
def other() -> World:
    """Return the company of which nothing may be found."""
    return World("Zibeline", "0501234567")


@pytest.fixture(params=["member", "staff", "anonymous"])
def stranger(request: pytest.FixtureRequest, own: World) -> Client:
    """Return the browser of a person whom the other company knows nothing of."""
    client = Client(headers={"Accept-Language": "en"})
    if request.param == "member":
        client.force_login(make.member(own.company, "owner", username="stranger"))
        make.second_factor(client)
    if request.param == "staff":
        user = User.objects.create_user("stranger", is_staff=True)
        user.groups.add(company_group())
        client.force_login(user)
        make.second_factor(client)
    return client


def test_no_address_tells_or_changes_anything(
    stranger: Client, own: World, other: World
) -> None:
    before = other.snapshot()

    for page in pages(other):
        for data in (None, {"post": "yes"}):
            if data is not None and page.name in ENDS_THE_SESSION:
                continue
            answer = _ask(stranger, page.path, data)
            assert_silent(answer, page.path, other)
            if page.is_of:
                assert answer.status_code in CLOSED, page

    assert other.snapshot() == before


def test_no_search_filter_or_form_tells_anything(
    stranger: Client, other: World
) -> None:
    for model, model_admin in admin.site._registry.items():
        address = _address(model, "changelist")
        wanted = [
            f"?q={quote(other.word)}",
            "?e=1",
            f"?pk__exact={other.row(model).pk}",
        ]
        wanted += [f"?{key}={pk}" for key, pk in _related(model, other).items()]
        paths = [address + query for query in wanted]
        paths += [
            f"{_address(model, 'add')}?{key}={pk}"
            for key, pk in _related(model, other, suffix="").items()
        ]
        for path in paths:
            assert_silent(_ask(stranger, path, None), path, other)
        assert model_admin.model is model


def test_no_autocomplete_tells_anything(stranger: Client, other: World) -> None:
    for model in admin.site._registry:
        for field in (*model._meta.fields, *model._meta.many_to_many):
            if not field.is_relation:
                continue
            for term in ("", other.word):
                query = {
                    "app_label": model._meta.app_label,
                    "model_name": str(model._meta.model_name),
                    "field_name": field.name,
                    "term": term,
                }
                path = f"{reverse('admin:autocomplete')}?{urlencode(query)}"
                assert_silent(_ask(stranger, path, None), path, other)


def test_no_action_reaches_the_rows_of_another(
    stranger: Client, own: World, other: World
) -> None:
    before = other.snapshot()

    for model, action in _actions():
        address = _address(model, "changelist")
        for across in ("0", "1"):
            data = {
                "action": action,
                "_selected_action": [str(other.row(model).pk)],
                "select_across": across,
                "index": "0",
                "post": "yes",
            }
            assert_silent(_ask(stranger, address, data), address, other)

    assert other.snapshot() == before


def test_no_form_takes_the_rows_of_another(
    stranger: Client, own: World, other: World
) -> None:
    before = other.snapshot()
    count = {model: _count(model, other) for model in admin.site._registry}

    for model, model_admin in admin.site._registry.items():
        data = {
            **{name: str(pk) for name, pk in _related(model, other, suffix="").items()},
            **_inline_rows(model_admin, other),
        }
        for path in (_address(model, "add"), _address(model, "change", own.row(model))):
            answer = _ask(stranger, path, data)
            # What was typed comes back in the form; names do not.
            assert_silent(answer, path, other, typed=set(map(str, data.values())))

    assert other.snapshot() == before
    assert count == {model: _count(model, other) for model in admin.site._registry}


def test_every_page_opens_for_the_operator(other: World) -> None:
    """Without it the walk would be as silent on pages that show nothing at all."""
    operator = User.objects.create_superuser("operator")
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(operator)
    make.second_factor(client)
    told = set()

    for model in admin.site._registry:
        for path in (
            _address(model, "changelist"),
            _address(model, "change", other.row(model)),
            _address(model, "history", other.row(model)),
        ):
            answer = client.get(path, follow=True)
            assert answer.status_code in {200, 403, 404}, path
            if other.word in answer.content.decode():
                told.add(model)

    assert len(told) > len(admin.site._registry) * 3 // 4


def pages(world: World) -> Iterator[Page]:
    """Yield every address of the admin, its parameters filled in with the rows."""
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.namespace == "admin":
            yield from _of_resolver(resolver, "/admin/", None, world)


def _of_resolver(
    resolver: URLResolver, prefix: str, model: type[Model] | None, world: World
) -> Iterator[Page]:
    models = {_prefix(one): one for one in admin.site._registry}
    for pattern in resolver.url_patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found = models.get(route, model)
            yield from _of_resolver(pattern, prefix + route, found, world)
        else:
            yield from _of_pattern(pattern, prefix, model, world)


def _of_pattern(
    pattern: URLPattern, prefix: str, model: type[Model] | None, world: World
) -> Iterator[Page]:
    name = pattern.name or ""
    if name == "app_list":
        for label in sorted({one._meta.app_label for one in admin.site._registry}):
            yield Page(f"{prefix}{label}/", name, is_of=False)
    elif name == "view_on_site":
        for row in world.rows.values():
            kind = ContentType.objects.get_for_model(row)
            yield Page(f"{prefix}r/{kind.pk}/{row.pk}/", name, is_of=True)
    elif not name:
        # The catch-all, and the old address of the change page.
        yield Page(f"{prefix}nowhere/", name, is_of=False)
    else:
        yield _filled(pattern, prefix, model, world)


def _filled(
    pattern: URLPattern, prefix: str, model: type[Model] | None, world: World
) -> Page:
    route = str(pattern.pattern)
    for key, converter in pattern.pattern.converters.items():
        value = _parameter(key, model, world)
        assert value is not None, f"Fill in <{key}> of {prefix}{route}"
        text = converter.to_url(value)
        start = route.index("<")
        route = route[:start] + quote(str(text)) + route[route.index(">") + 1 :]
    assert "<" not in route, f"{prefix}{route} cannot be filled in"
    names_a_row = bool(set(pattern.pattern.converters) - set(KEYS))
    return Page(prefix + route, pattern.name or "", names_a_row)


def _parameter(key: str, model: type[Model] | None, world: World) -> Any:
    """Return what a parameter may be: the page's row, or the row that it names."""
    named = key.removesuffix("_id").removesuffix("_pk")
    for one in world.rows:
        if named == one._meta.model_name:
            return world.rows[one].pk
    if key in KEYS:
        return KEYS[key]
    return world.row(model).pk if model is not None else None


# Parameters that name no row: one value of each.
KEYS: dict[str, Any] = {"language": "fr", "kind": "csv", "format": "csv", "form": "csv"}


def assert_silent(
    answer: Any, path: str, world: World, typed: set[str] | None = None
) -> None:
    """Check that an answer tells nothing of the rows, its own address left out."""
    body = (
        b"".join(answer.streaming_content) if answer.streaming else answer.content
    ).decode(errors="replace")
    text = f"{answer.get('Location', '')}\n{body}"
    for known in {path, quote(path), quote(path, safe=""), unquote(path)}:
        text = text.replace(known, "")
    # A page asked for before says by its key that there is no such thing.
    text = re.sub("with ID “[^”]*” doesn’t exist", "", text)
    asked = unquote(path).lower()
    for secret in world.secrets():
        if secret.lower() in asked or secret in (typed or ()):
            continue
        at = text.lower().find(secret.lower())
        assert at < 0, f"{path}: …{text[max(0, at - 60) : at + 60]}…"
    for model, row in world.rows.items():
        link = f"/admin/{_prefix(model)}{row.pk}/"
        assert link in path or link not in text, f"{path} leads to {link}"


def _ask(client: Client, path: str, data: dict[str, Any] | None) -> Any:
    return client.get(path) if data is None else client.post(path, data)


def _prefix(model: type[Model]) -> str:
    return f"{model._meta.app_label}/{model._meta.model_name}/"


def _address(model: type[Model], page: str, row: Model | None = None) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name, args=[row.pk] if row is not None else [])


def _related(
    model: type[Model], world: World, suffix: str = "__id__exact"
) -> dict[str, Any]:
    return {
        f"{field.name}{suffix}": world.row(field.related_model).pk
        for field in model._meta.fields
        if field.is_relation and field.related_model in world.rows
    }


def _actions() -> Iterator[tuple[type[Model], str]]:
    for model, model_admin in admin.site._registry.items():
        base: Any = model_admin
        for action, name, _words in base._get_base_actions():
            assert callable(action)
            yield model, name


def _inline_rows(model_admin: Any, world: World) -> dict[str, str]:
    """Return formsets whose only row is the other company's."""
    data: dict[str, str] = {}
    for inline in model_admin.inlines:
        row = world.row(inline.model)
        names = [
            field.get_accessor_name()
            for field in model_admin.model._meta.related_objects
            if field.related_model is inline.model
        ]
        for prefix in names:
            data |= {
                f"{prefix}-TOTAL_FORMS": "1",
                f"{prefix}-INITIAL_FORMS": "1",
                f"{prefix}-MIN_NUM_FORMS": "0",
                f"{prefix}-MAX_NUM_FORMS": "1000",
                f"{prefix}-0-{inline.model._meta.pk.name}": str(row.pk),
                f"{prefix}-0-DELETE": "on",
            }
    return data


def _count(model: type[Model], world: World) -> int:
    """Return how many rows name the company, as far as the model says it itself."""
    if "company" not in {field.name for field in model._meta.fields}:
        return 0
    return model._default_manager.filter(company=world.company).count()
