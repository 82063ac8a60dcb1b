"""The keys of a company's programs: what they open, for how long, and for whom."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from companies.authentication import CompanyKey, KeyThrottle, key_of, requires_scope
from companies.errors import (
    KeyExpiryRefused,
    KeyIsOver,
    KeyNameMissing,
    KeyReplaced,
    NotAnOwner,
    ScopeRefused,
    TooManyKeys,
)
from companies.models import Act, ApiKey, Company
from companies.services import keys
from tests import make

pytestmark = pytest.mark.django_db


class Door(APIView):
    """A door for programs that count stocks."""

    authentication_classes = (CompanyKey,)
    permission_classes = (requires_scope("stock:write"),)
    throttle_classes = (KeyThrottle,)

    def post(self, request: Request) -> Response:
        """Say for whom the program acts."""
        user = request.user
        return Response(
            {
                "company": key_of(request).company.name,
                "rights": [user.is_staff, user.is_superuser, user.has_perm("x.y")],
            }
        )


def knock(secret: str | None = None, *, header: str | None = None) -> Any:
    """Knock at the door with a secret."""
    sent = header if header is not None else f"Bearer {secret}"
    headers = {"Authorization": sent} if secret or header else {}
    answer: Any = Door.as_view()(APIRequestFactory().post("/", headers=headers))
    if hasattr(answer, "render"):
        answer.render()
    return answer


def code(answer: Any) -> str:
    """Return the code of a problem."""
    return str(json.loads(answer.content)["code"])


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


def test_a_key_opens_in_one_query_and_gives_no_right_of_a_person(
    company: Company, django_assert_num_queries: Any
) -> None:
    secret = make.api_key(company)
    knock(secret)

    with django_assert_num_queries(1):
        answer = knock(secret)

    assert answer.data == {"company": "Filature", "rights": [False, False, False]}


def test_only_the_digest_of_a_secret_is_kept(company: Company) -> None:
    secret = make.api_key(company)

    row = ApiKey.objects.values().get()

    assert secret.startswith("fsk_")
    assert len(secret) == len("fsk_") + 43
    assert secret not in repr(row)
    assert secret.startswith(row["prefix"])
    assert len(row["prefix"]) == 10


def test_a_key_is_hidden_in_logs(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    secret = make.api_key(company)

    with caplog.at_level(logging.DEBUG):
        knock(secret)

    assert secret not in caplog.text
    assert secret not in repr(Act.objects.values())


@pytest.mark.parametrize(
    "columns",
    [
        {"revoked_at": timezone.now() - timedelta(seconds=1)},
        {"expires_at": timezone.now() - timedelta(seconds=1)},
    ],
    ids=["revoked", "expired"],
)
def test_a_key_that_is_over_opens_nothing(
    company: Company, columns: dict[str, Any]
) -> None:
    secret = make.api_key(company, "stock:write", **columns)

    answer = knock(secret)

    assert answer.status_code == 401
    assert code(answer) == "authentication_failed"
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer fsk_",
        "Bearer fsk_unknown",
        "Bearer fsk_é",
        "Bearer fsd_" + "x" * 43,
        "Basic fsk_unknown",
    ],
)
def test_who_has_no_key_is_asked_for_one(company: Company, header: str) -> None:
    make.api_key(company)

    answer = knock(header=header)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_key_without_the_scope_is_refused_with_a_code(company: Company) -> None:
    answer = knock(make.api_key(company, "events:write", "products:write"))

    assert answer.status_code == 403
    assert code(answer) == "scope_missing"
    assert b"stock:write" in answer.content


def test_its_use_is_noted_once_a_minute(
    company: Company, django_assert_num_queries: Any
) -> None:
    secret = make.api_key(company)
    with django_assert_num_queries(2):
        knock(secret)
    first = ApiKey.objects.get().last_used_at

    knock(secret)
    assert ApiKey.objects.get().last_used_at == first

    assert first
    ApiKey.objects.update(last_used_at=first - timedelta(seconds=61))
    knock(secret)
    assert (ApiKey.objects.get().last_used_at or first) > first


def test_requests_are_counted_by_key(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = {**SimpleRateThrottle.THROTTLE_RATES, "company_write": "2/min"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)
    one, other = make.api_key(company), make.api_key(company)

    answers = [knock(one).status_code for _time in range(3)]

    assert answers == [200, 200, 429]
    assert knock(other).status_code == 200


def test_both_keys_open_until_the_overlap_is_over(company: Company) -> None:
    old = make.api_key(company)
    key = ApiKey.objects.get()

    new = keys.rotate_key(key=key, author=make.operator()).secret

    assert knock(old).status_code == 200
    assert knock(new).status_code == 200
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now())
    assert knock(old).status_code == 401
    assert knock(new).status_code == 200


def test_a_new_key_lives_as_long_as_the_one_it_replaces(company: Company) -> None:
    operator = make.operator()
    soon = timezone.now() + timedelta(days=2)
    old = keys.issue_key(
        company=company,
        name="Caisse",
        scopes=["stock:write"],
        author=operator,
        expires_at=soon,
    ).key

    new = keys.rotate_key(key=old, author=operator).key

    old.refresh_from_db()
    # An overlap never lets a key live longer than it was given.
    assert old.expires_at == soon
    assert new.name == "Caisse"
    assert new.expires_at
    assert abs(new.expires_at - timezone.now() - timedelta(days=2)) < timedelta(hours=1)


def test_a_key_is_replaced_once(company: Company) -> None:
    operator = make.operator()
    make.api_key(company)
    key = ApiKey.objects.get()
    first = keys.rotate_key(key=key, author=operator).key

    with pytest.raises(KeyReplaced):
        keys.rotate_key(key=key, author=operator)

    # Its secret was lost: revoked, it makes room for another.
    assert keys.revoke_key(key=first, author=operator)
    assert keys.rotate_key(key=key, author=operator).key.replaces == key


def test_a_key_that_is_over_is_not_replaced(company: Company) -> None:
    make.api_key(company, "stock:write", revoked_at=timezone.now())

    with pytest.raises(KeyIsOver):
        keys.rotate_key(key=ApiKey.objects.get(), author=make.operator())


def test_revoking_twice_is_one_act(company: Company) -> None:
    make.api_key(company)
    key, operator = ApiKey.objects.get(), make.operator()

    assert keys.revoke_key(key=key, author=operator)
    assert not keys.revoke_key(key=key, author=operator)

    kinds = [act.kind for act in Act.objects.order_by("pk")]
    assert kinds == ["api_key.issued", "api_key.revoked"]
    assert ApiKey.objects.get().state == ApiKey.State.REVOKED


@pytest.mark.parametrize(
    ("members", "refusal"),
    [
        ({"name": "  "}, KeyNameMissing),
        ({"scopes": []}, ScopeRefused),
        ({"scopes": ["stock:write", "staff"]}, ScopeRefused),
        ({"expires_at": timezone.now() - timedelta(days=1)}, KeyExpiryRefused),
    ],
    ids=["no name", "no scope", "no such scope", "over before it begins"],
)
def test_a_key_that_makes_no_sense_is_not_issued(
    company: Company, members: dict[str, Any], refusal: type[Exception]
) -> None:
    asked: dict[str, Any] = {"name": "Caisse", "scopes": ["stock:write"], **members}

    with pytest.raises(refusal):
        keys.issue_key(company=company, author=make.operator(), **asked)

    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_only_owners_issue_replace_and_revoke(company: Company, role: str) -> None:
    make.api_key(company)
    key, person = ApiKey.objects.get(), make.member(company, role)

    with pytest.raises(NotAnOwner):
        keys.issue_key(
            company=company, name="Caisse", scopes=["stock:write"], author=person
        )
    with pytest.raises(NotAnOwner):
        keys.rotate_key(key=key, author=person)
    with pytest.raises(NotAnOwner):
        keys.revoke_key(key=key, author=person)


def test_a_company_has_so_many_keys_in_use_and_no_more(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "KEYS_AT_ONCE", 2)
    make.api_key(company)
    make.api_key(company)

    with pytest.raises(TooManyKeys):
        make.api_key(company)

    ApiKey.objects.filter(pk=ApiKey.objects.first().pk).update(  # type: ignore[union-attr]
        revoked_at=timezone.now()
    )
    make.api_key(company)
