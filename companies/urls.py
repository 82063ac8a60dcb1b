"""Addresses under `/api/v1/`."""

from django.urls import path

from companies import (
    catalogue_views,
    credential_views,
    evidence_views,
    issuing_views,
    views,
)

urlpatterns = [
    path("facts", catalogue_views.FactList.as_view(), name="fact-list"),
    path("facts/<str:key>", catalogue_views.FactDetail.as_view(), name="fact-detail"),
    path("companies", views.CompanyList.as_view(), name="company-list"),
    path(
        "companies/<str:company_id>",
        views.CompanyDetail.as_view(),
        name="company-detail",
    ),
    path(
        "companies/<str:company_id>/transparency-certificate",
        issuing_views.TransparencyCertificate.as_view(),
        name="transparency-certificate",
    ),
    path(
        "companies/<str:company_id>/identity-credential",
        issuing_views.IdentityCredential.as_view(),
        name="identity-credential",
    ),
    path(
        "evidence/<uuid:evidence_id>",
        evidence_views.EvidenceDetail.as_view(),
        name="evidence-detail",
    ),
    path(
        "credentials/<str:sha256>",
        credential_views.CredentialDetail.as_view(),
        name="credential-detail",
    ),
]
