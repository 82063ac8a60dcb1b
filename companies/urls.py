"""Addresses under `/api/v1/`."""

from django.urls import path

from companies import views

urlpatterns = [
    path(
        "companies/<uuid:company_id>",
        views.CompanyDetail.as_view(),
        name="company-detail",
    ),
]
