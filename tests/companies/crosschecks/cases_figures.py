"""Figures: staff, emissions, pay, money, surveys, labels, and several sources."""

from typing import Any

from tests.companies.crosschecks.cases_identity import sirene
from tests.companies.crosschecks.given import (
    AGREE,
    DISAGREE,
    ID,
    INCONCLUSIVE,
    NOT_APPLICABLE,
    STAFF,
    case,
    register,
    state,
)

COUNTED = "Conseillers et techniciens du service après-vente"
LABEL = {
    "scheme": "GOTS",
    "issuer": "Bureau",
    "id": "1",
    "scope": "Fil",
    "valid_from": "2026-01-01",
    "valid_until": "2027-01-01",
}
BAND = sirene(band="22", band_year=2025)
SURVEY: dict[str, Any] = {
    "method": "en ligne",
    "question": "?",
    "answers": 41,
    "invited": 58,
}


def parts(key: str) -> dict[str, Any]:
    """Return a breakdown of 151 people."""
    return {key: {"a": "110", "b": "41"}}


FIGURES = [
    case("employees.band", AGREE, state("employees", "199"), ID, sirene=BAND),
    case("employees.band", DISAGREE, state("employees", "200"), ID, sirene=BAND),
    case("employees.band", AGREE, state("employees", "900", by_country={
        "FR": "150", "BE": "750"}), ID, sirene=BAND, why="France alone"),
    case("employees.band", INCONCLUSIVE, state("employees", "200", year=2024), ID,
         sirene=BAND, why="another year"),
    case("employees.band", INCONCLUSIVE, state("employees", "20", unit="FTE"), ID,
         sirene=BAND, why="FTE"),
    case("employees.band", INCONCLUSIVE, state("employees", "20"), ID,
         sirene=sirene(band="NN", band_year=2025), why="NN"),
    *(
        found
        for key in ("by_contract", "by_gender", "by_country")
        for found in (
            case(f"employees.{key}", AGREE, state("employees", "151", **parts(key))),
            case(f"employees.{key}", DISAGREE, state("employees", "150", **parts(key))),
            case(f"employees.{key}", INCONCLUSIVE, state("employees", "151")),
        )
    ),
    case("after_sales.definition", AGREE, state(
        "after_sales_share", "12", definition=COUNTED)),
    case("after_sales.definition", INCONCLUSIVE, state("after_sales_share", "12")),
    case("after_sales.ratio", AGREE, state(
        "after_sales_share", "12.5", after_sales_staff="12.5",
        counted_on="2025-12-31"), STAFF),
    case("after_sales.ratio", DISAGREE, state(
        "after_sales_share", "15", after_sales_staff="12.5"), STAFF),
    case("after_sales.ratio", INCONCLUSIVE, state(
        "after_sales_share", "12.5", after_sales_staff="12.5"),
        STAFF._replace(year=2024), why="another year"),
    case("after_sales.ratio", INCONCLUSIVE, state(
        "after_sales_share", "12.5", after_sales_staff="12.5"),
        STAFF._replace(value="0"), why="nobody"),
    case("after_sales.ratio", INCONCLUSIVE, state(
        "after_sales_share", "12.5", after_sales_staff="12.5",
        counted_on="2024-12-31"), STAFF, why="counted on another year's day"),
    case("staff_turnover.formula", AGREE, state(
        "staff_turnover", "28.4", leavers="50", start="201", end="151")),
    case("staff_turnover.formula", DISAGREE, state(
        "staff_turnover", "25", leavers="50", start="201", end="151")),
    case("permanent.formula", AGREE, state(
        "permanent_share", "93", permanent="93", temporary="7"), STAFF),
    case("permanent.formula", DISAGREE, state(
        "permanent_share", "80", permanent="93", temporary="7"), STAFF),
    case("permanent.formula", DISAGREE, state(
        "permanent_share", "90", permanent="90", temporary="10"),
        STAFF._replace(value="120"), why="not everybody"),
    case("cba.formula", AGREE, state("cba_coverage", "93", covered="93"), STAFF),
    case("cba.formula", DISAGREE, state("cba_coverage", "99", covered="93"), STAFF),
    case("cba.sirene", AGREE, state("cba_coverage", "98"), ID,
         sirene=sirene(idcc=["1486"])),
    case("cba.sirene", DISAGREE, state("cba_coverage", "40"), ID,
         sirene=sirene(idcc=["1486"])),
    case("cba.sirene", INCONCLUSIVE, state("cba_coverage", "40"), ID,
         state("employees", "9", number=8, by_country={"FR": "4", "IT": "5"}),
         sirene=sirene(idcc=["1486"])),
    case("accidents.formula", AGREE, state(
        "accident_rate", "2.9", accidents="3", hours_worked="206000")),
    case("accidents.formula", DISAGREE, state(
        "accident_rate", "1.2", accidents="3", hours_worked="206000")),
    case("accidents.formula", INCONCLUSIVE, state(
        "accident_rate", "2.5", accidents="3"), STAFF, why="hours assumed"),
    case("accidents.formula", AGREE, state(
        "accident_rate", "3", accidents="3"), STAFF, why="hours assumed"),
    case("training.formula", AGREE, state(
        "training_hours", "18", total_hours="1800"), STAFF),
    case("training.formula", DISAGREE, state(
        "training_hours", "12", total_hours="1800"), STAFF),
    case("training.formula", DISAGREE, state("training_hours", "401"), why="too long"),
    case("ghg.year", AGREE, state("ghg_scope1", "96.4"), STAFF),
    case("ghg.year", DISAGREE, state("ghg_scope1", "-1"), STAFF),
    case("ghg.year", DISAGREE, state("ghg_scope3", "1", year=2027), why="to come"),
    case("ghg.year", INCONCLUSIVE, state("ghg_scope2", "1", year=2024), STAFF),
    case("ghg.report", AGREE, state("ghg_scope1", "1"), ID,
         sirene=sirene(has_ghg_report=True)),
    case("ghg.report", INCONCLUSIVE, state("ghg_scope1", "1"), ID,
         sirene=sirene(has_ghg_report=False)),
    case("ghg.electricity", AGREE, state(
        "ghg_scope2", "41.2", electricity_kwh="1000000", grid_country="FR")),
    case("ghg.electricity", DISAGREE, state(
        "ghg_scope2", "412", electricity_kwh="1000000", grid_country="FR")),
    case("ghg.electricity", INCONCLUSIVE, state(
        "ghg_scope2", "1", electricity_kwh="1000", grid_country="XX")),
    case("ghg.categories", AGREE, state("ghg_scope3", "812", omitted="les autres",
         categories={"1": "800", "4": "10"})),
    case("ghg.categories", DISAGREE, state("ghg_scope3", "812", omitted="les autres",
         categories={"1": "700"})),
    case("ghg.categories", INCONCLUSIVE, state("ghg_scope3", "812",
         categories={"1": "812"})),
    case("ghg.intensity", AGREE, state("ghg_per_employee", "1.5"), STAFF,
         state("ghg_scope1", "100", number=5), state("ghg_scope2", "50", number=6)),
    case("ghg.intensity", DISAGREE, state("ghg_per_employee", "2.5"), STAFF,
         state("ghg_scope1", "100", number=5), state("ghg_scope2", "50", number=6)),
    case("ghg.intensity", AGREE, state("ghg_per_employee", "3.5"), STAFF,
         state("ghg_scope1", "100", number=5), state("ghg_scope2", "50", number=6),
         state("ghg_scope3", "200", number=7), why="with scope 3"),
    case("ghg.intensity", INCONCLUSIVE, state("ghg_per_employee", "1.5"),
         STAFF._replace(value="0"), state("ghg_scope1", "100", number=5),
         state("ghg_scope2", "50", number=6)),
    case("energy.parts", AGREE, state("energy", "742",
         parts={"electricity": "700", "fuels": "40"})),
    case("energy.parts", DISAGREE, state("energy", "742",
         parts={"electricity": "700"})),
    case("energy.parts", INCONCLUSIVE, state("energy", "0.742", unit="GWh",
         parts={"electricity": "742"})),
    case("pay_gap.formula", AGREE, state(
        "gender_pay_gap", "10", male_hourly="20", female_hourly="18")),
    case("pay_gap.formula", DISAGREE, state(
        "gender_pay_gap", "4.2", male_hourly="20", female_hourly="18")),
    case("equality.sum", AGREE, state("equality_index", 89, indicators={
        "Rémunération": "39", "Augmentations": "35", "Maternité": "15", "Top": "0"})),
    case("equality.sum", DISAGREE, state("equality_index", 95, indicators={
        "pay": "39", "raises": "35", "maternity": "15", "top": "0"})),
    case("equality.sum", AGREE, state("equality_index", 93, indicators={
        "pay": "38", "raises": "35", "top pay": "6"}), why="rescaled"),
    case("equality.sum", INCONCLUSIVE, state("equality_index", 93, indicators={
        "pay": "38"})),
    case("equality.staff", AGREE, state("equality_index", 89), STAFF),
    case("equality.staff", DISAGREE, state("equality_index", 89),
         STAFF._replace(value="49")),
    case("equality.staff", INCONCLUSIVE, state("equality_index", 89),
         STAFF._replace(value="49", unit="FTE")),
    case("equality.sirene", AGREE, state("equality_index", 89), ID,
         sirene=sirene(has_equality_index=True)),
    case("equality.sirene", INCONCLUSIVE, state("equality_index", 89), ID,
         sirene=sirene(has_equality_index=False)),
    case("pay_ratio.least", AGREE, state("pay_ratio", "1")),
    case("pay_ratio.least", DISAGREE, state("pay_ratio", "0.9")),
    case("living_wage.benchmark", AGREE, state("living_wage", "100 %", benchmark="WI",
         benchmark_year=2025, region="Nord")),
    case("living_wage.benchmark", DISAGREE, state("living_wage", "100", benchmark="WI",
         benchmark_year=2027, region="Nord")),
    case("living_wage.benchmark", DISAGREE, state("living_wage", "120"), why="share"),
    case("living_wage.benchmark", INCONCLUSIVE, state("living_wage", "100")),
    case("turnover.accounts", AGREE, state("turnover", "1010000"), ID,
         sirene=sirene(finances={"2025": {"turnover": "1000000"}})),
    case("turnover.accounts", DISAGREE, state("turnover", "1020000"), ID,
         sirene=sirene(finances={"2025": {"turnover": "1000000"}})),
    case("turnover.accounts", INCONCLUSIVE, state("turnover", "1020000"), ID,
         sirene=sirene(finances={"2025": {"turnover": "0"}}), why="undisclosed"),
    case("turnover.accounts", INCONCLUSIVE, state("turnover", "1020000"), ID,
         sirene=sirene(finances={"2024": {"turnover": "1"}}), why="another year"),
    case("payment.limit", AGREE, state("payment_delay", 60)),
    case("payment.limit", DISAGREE, state("payment_delay", 366)),
    case("payment.limit", INCONCLUSIVE, state("payment_delay", 61)),
    case("convictions.amount", AGREE, state("convictions", 0)),
    case("convictions.amount", AGREE, state("convictions", 1, amount="5"), why="fine"),
    case("convictions.amount", DISAGREE, state("convictions", 0, amount="500")),
    case("convictions.amount", INCONCLUSIVE, state("convictions", 1)),
    case("satisfaction.method", AGREE, state("employee_satisfaction", "64", **SURVEY)),
    case("satisfaction.method", INCONCLUSIVE, state(
        "employee_satisfaction", "64", **{**SURVEY, "question": ""})),
    case("satisfaction.answers", AGREE, state(
        "employee_satisfaction", "64", answers=5)),
    case("satisfaction.answers", DISAGREE, state(
        "employee_satisfaction", "64", answers=4)),
    case("satisfaction.recent", AGREE, state(
        "employee_satisfaction", "64", surveyed_on="2024-11-22")),
    case("satisfaction.recent", DISAGREE, state(
        "employee_satisfaction", "64", surveyed_on="2024-11-21")),
    case("satisfaction.recent", DISAGREE, state(
        "employee_satisfaction", "64", surveyed_on="2026-11-23"), why="to come"),
    case("satisfaction.response", AGREE, state(
        "employee_satisfaction", "64", answers=29, invited=58)),
    case("satisfaction.response", DISAGREE, state(
        "employee_satisfaction", "64", answers=59, invited=58)),
    case("satisfaction.response", INCONCLUSIVE, state(
        "employee_satisfaction", "64", answers=28, invited=58)),
    case("satisfaction.label", AGREE, state(
        "employee_satisfaction", "65", label="Great Place To Work 2026")),
    case("satisfaction.label", DISAGREE, state(
        "employee_satisfaction", "64", label="GPTW")),
    case("satisfaction.label", NOT_APPLICABLE, state("employee_satisfaction", "64")),
    case("satisfaction.label", INCONCLUSIVE, state(
        "employee_satisfaction", "64", label="Bon endroit")),
    case("enps.formula", AGREE, state(
        "enps", 20, promoters=50, passives=20, detractors=30)),
    case("enps.formula", DISAGREE, state(
        "enps", 25, promoters=50, passives=20, detractors=30)),
    case("enps.formula", INCONCLUSIVE, state(
        "enps", 25, promoters=0, passives=0, detractors=0)),
    case("labels.complete", AGREE, state("labels", [LABEL])),
    case("labels.complete", INCONCLUSIVE, state("labels", [LABEL, "GOTS"])),
    case("labels.dates", AGREE, state("labels", [LABEL])),
    case("labels.dates", DISAGREE, state("labels", [
        {**LABEL, "valid_until": "2026-11-21"}])),
    case("labels.dates", DISAGREE, state("labels", [
        {**LABEL, "valid_from": "2026-11-23"}]), why="not yet"),
    case("labels.dates", INCONCLUSIVE, state("labels", ["GOTS"])),
    case("labels.document", AGREE, state(
        "labels", [{**LABEL, "sha256": "A" * 64}], evidence=["a" * 64])),
    case("labels.document", DISAGREE, state(
        "labels", [{**LABEL, "sha256": "b" * 64}], evidence=["a" * 64])),
    case("labels.document", INCONCLUSIVE, state("labels", [LABEL])),
    case("sources.agree", AGREE, state("energy", "742"), state(
        "energy", "745", number=2, source="certifier")),
    case("sources.agree", DISAGREE, state("energy", "742"), state(
        "energy", "800", number=2, source="certifier")),
    case("sources.agree", INCONCLUSIVE, state("energy", "742"), state(
        "energy", "742", number=2, source="certifier", year=2024), why="another year"),
    case("sources.agree", INCONCLUSIVE, state("employees", "60"), register(
        "employees", "58", unit="FTE"), why="FTE"),
    case("sources.agree", DISAGREE, state("employees", "60"), register(
        "employees", "58"), why="staff"),
    case("sources.agree", AGREE, state("legal_name", "Laine du test, SAS"), register(
        "legal_name", "LAINE DU TEST"), why="name"),
    case("sources.agree", AGREE, state("founded_on", "1987-04-01"), register(
        "founded_on", "1987-03-14"), why="date"),
    case("sources.agree", DISAGREE, state("cba_coverage", "98"), state(
        "cba_coverage", "96.9", number=2, source="certifier"), why="points"),
    case("sources.agree", AGREE, state("payment_delay", 42), state(
        "payment_delay", 42, number=2, source="certifier"), why="whole number"),
    case("sources.agree", AGREE, state("tax_residence", "FR"), register(
        "tax_residence", "FR"), why="code"),
]  # fmt: skip
