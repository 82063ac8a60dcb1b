"""What is exported imports again without news, and no cell of it is computed."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.test import AsyncClient, Client
from django.urls import reverse
from openpyxl import load_workbook

from companies.levels import Level, SourceKind, Status
from companies.models import Company, ImportRun, Statement
from companies.services import Source
from tests import make
from tests.companies.imports.runs import checked, uploaded, worked
from tests.companies.imports.test_admin_imports import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.database]

FORMS = ("csv", "xlsx")


def file_of(browser: Client, what: str, form: str) -> bytes:
    """Return a file that the admin hands out."""
    answer = browser.get(reverse(f"admin:companies_importrun_{what}", args=[form]))
    assert answer.status_code == 200
    return b"".join(answer)


def full(name: str = "Filature") -> Company:
    """Return a company that states whatever is hard to carry."""
    company = make.company(name)
    make.fact(company, "legal_name", '=HYPERLINK(1);"l\'été" _x0041_')
    make.fact(company, "ultimate_parent", "'@Mère\t& fils")
    make.fact(company, "enps", -5)
    make.fact(company, "turnover", "1000.50", year=2024)
    make.fact(company, "gender_pay_gap", "-0.1", source=Source(name=name, note="-x\ny"))
    make.fact(company, "sites", [{"place": "Lyon, « 7 »", "area": "12.5"}])
    make.fact(
        company,
        "employees",
        "47",
        details={"by_gender": {"f": "20", "m": "27"}},
        source=Source(
            name=name,
            url="https://example.org/x?a=1",
            level=Level.THIRD_PARTY_VERIFIED,
            observed_at=datetime(2026, 3, 14, 10, 5, 6, 789, tzinfo=UTC),
            valid_until=date(2031, 1, 1),
        ),
    )
    withheld = Source(name=name, note="Secret")
    make.fact(company, "energy", None, status=Status.WITHHELD, source=withheld)
    make.fact(company, "payment_delay", None, status=Status.NOT_APPLICABLE)
    make.fact(company, "turnover", "9", source=Source(kind=SourceKind.REGISTER))
    return company


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("form", FORMS)
def test_an_export_imports_again_without_news(form: str, language: str) -> None:
    company = full()
    editor = make.member(company, "editor")
    count = Statement.objects.count()

    data = file_of(signed_in(editor, language), "export", form)
    run = checked(data, company, editor)

    assert run.error_text == ""
    assert (run.state, run.total, run.unchanged) == ("checked", 9, 9)
    assert Statement.objects.count() == count


@pytest.mark.parametrize("form", FORMS)
def test_an_operator_s_export_of_all_imports_again(form: str, admin_user: User) -> None:
    full("Filature")
    full("Tissage")

    data = file_of(signed_in(admin_user), "export", form)
    run = worked(uploaded(data, None, admin_user))

    assert (run.total, run.unchanged, run.failed) == (18, 18, 0)


def test_no_cell_of_a_csv_file_begins_like_a_formula() -> None:
    company = full()
    browser = signed_in(make.member(company, "viewer"), "fr")

    text = file_of(browser, "export", "csv").decode()

    assert text.startswith("\ufeffentreprise;fait;")
    assert "\"'=HYPERLINK" in text
    assert "''@Mère" in text
    assert "'-x" in text
    assert ";-5;" in text


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    company = full()
    browser = signed_in(make.member(company, "viewer"))

    book = load_workbook(io.BytesIO(file_of(browser, "export", "xlsx")))

    cells = [cell for row in book["statements"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)


def test_a_stranger_exports_nothing_of_others() -> None:
    full("Filature")
    stranger = signed_in(make.member(make.company("Étrangère")))

    text = file_of(stranger, "export", "csv").decode()

    assert len(text.splitlines()) == 1


def test_the_name_of_the_file_says_whose_and_when() -> None:
    company = make.company("Filature de l’Été")
    browser = signed_in(make.member(company))

    answer = browser.get(reverse("admin:companies_importrun_export", args=["csv"]))

    name = answer.headers["Content-Disposition"]
    assert "flashsesame-filature-de-lete-2" in name
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"".join(answer)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("form", FORMS)
def test_a_template_as_it_is_states_nothing(form: str, language: str) -> None:
    company = make.company()
    editor = make.member(company, "editor")

    data = file_of(signed_in(editor, language), "template", form)
    run = checked(data, company, editor)

    assert run.state == ImportRun.State.CHECKED, run.error_text
    assert run.total == run.unchanged > 30


def test_a_template_explains_columns_and_facts() -> None:
    company = make.company()
    browser = signed_in(make.member(company))

    book = load_workbook(io.BytesIO(file_of(browser, "template", "xlsx")))

    assert book.sheetnames == ["statements", "Columns", "Facts"]
    facts = [row[0].value for row in book["Facts"].iter_rows()]
    assert "employees" in facts
    assert "employee_satisfaction" not in facts


def test_other_forms_are_not_there(admin_client: Client) -> None:
    address = reverse("admin:companies_importrun_export", args=["exe"])

    assert admin_client.get(address).status_code == 404


def test_chosen_companies_are_exported_from_their_list(rf: Any) -> None:
    from companies.admin.exports import export_csv, export_workbook

    first = full("Filature")
    full("Tissage")
    chosen = Company.objects.filter(pk=first.pk)

    for action in (export_csv, export_workbook):
        answer: Any = action(None, rf.get("/"), chosen)
        assert "flashsesame-filature-2" in answer.headers["Content-Disposition"]
        with answer.file_to_stream:
            assert b"".join(answer)


def test_under_asgi_the_file_is_streamed_as_well(admin_user: User) -> None:
    full()
    browser = AsyncClient()

    async def text() -> str:
        await browser.aforce_login(admin_user)
        address = reverse("admin:companies_importrun_export", args=["csv"])
        answer: Any = await browser.get(address)
        assert answer.is_async
        blocks = [block async for block in answer]
        assert answer.headers["Content-Length"] == str(len(b"".join(blocks)))
        return b"".join(blocks).decode()

    assert "HYPERLINK" in async_to_sync(text)()
