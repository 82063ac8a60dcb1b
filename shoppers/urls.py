"""Addresses under `/api/v1/`."""

from django.urls import path

from shoppers.views import contests, front_offices, people

urlpatterns = [
    path("shoppers", people.ShopperCreate.as_view(), name="shopper-create"),
    path("me/pass", people.PassCreate.as_view(), name="pass-create"),
    path("me/companies", front_offices.FrontOfficeList.as_view(), name="my-companies"),
    path("me/disputes", contests.ContestList.as_view(), name="contest-list"),
    path(
        "me/disputes/<uuid:dispute_id>",
        contests.ContestDetail.as_view(),
        name="contest-detail",
    ),
    # Read by anyone, in `companies`; opened by shoppers, whom that room does not know.
    path(
        "companies/<str:company_id>/disputes",
        contests.CompanyDisputes.as_view(),
        name="company-disputes",
    ),
]
