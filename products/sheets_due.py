"""Which sheets readers do not see as they stand, and how many a company has."""

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.dashboard import Card
from companies.models import Company, SatisfactionRate
from companies.models import Statement as CompanyStatement
from companies.wording import language
from products.models import Product, Sheet, Statement
from products.pending import picture_news


def sheets_card(request: HttpRequest, company: Company) -> Card | None:  # noqa: ARG001 - the dashboard's signature
    """Return how many sheets of a company readers do not see as they stand."""
    latest = Sheet.objects.filter(product=OuterRef("pk"), language=language()).order_by(
        "-revision"
    )
    found = (
        Product.objects.filter(company=company)
        .annotate(current_since=Subquery(latest.values("published_at")[:1]))
        .annotate(
            is_due=Case(
                When(current_since=None, then=True),
                When(
                    Exists(product_news())
                    | Exists(picture_news())
                    | Exists(company_news())
                    | Exists(rate_news()),
                    then=True,
                ),
                default=False,
                output_field=BooleanField(),
            )
        )
        .aggregate(all=Count("pk"), due=Count("pk", filter=Q(is_due=True)))
    )
    text = ngettext("of %(n)s product", "of %(n)s products", found["all"])
    return Card(
        _("Sheets to publish"),
        number_format(found["due"], force_grouping=True),
        text % {"n": number_format(found["all"], force_grouping=True)}
        if found["all"]
        else _("Declare your first product: its GTIN and its name are enough."),
        reverse("admin:products_product_changelist"),
        _("Products"),
    )


def product_news() -> QuerySet[Statement]:
    """Return what was stated of a product since its sheet was published."""
    return Statement.objects.filter(
        product=OuterRef("pk"), created_at__gt=OuterRef("current_since")
    )


def company_news() -> QuerySet[CompanyStatement]:
    """Return what its company stated since."""
    return CompanyStatement.objects.filter(
        company=OuterRef("company"), created_at__gt=OuterRef("current_since")
    )


def rate_news() -> QuerySet[SatisfactionRate]:
    """Return what its employees said since."""
    return SatisfactionRate.objects.filter(
        company=OuterRef("company"), created_at__gt=OuterRef("current_since")
    )
