"""Addresses under `/api/v1/`."""

from django.urls import path

from shoppers.views import contests, front_offices, people, tills

urlpatterns = [
    path("shoppers", people.ShopperCreate.as_view(), name="shopper-create"),
    path("me/pass", people.PassCreate.as_view(), name="pass-create"),
    path("me/till-settings", tills.TillSettingsDetail.as_view(), name="till-settings"),
    path(
        "me/blocked-companies",
        tills.BlockedCompanyList.as_view(),
        name="blocked-company-list",
    ),
    path(
        "me/blocked-companies/<uuid:company_id>",
        tills.BlockedCompanyDetail.as_view(),
        name="blocked-company-detail",
    ),
    path(
        "me/contactless-key",
        tills.ContactlessKeyCreate.as_view(),
        name="contactless-key-create",
    ),
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
