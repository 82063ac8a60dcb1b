"""Addresses under `/api/v1/`."""

from django.urls import path

from scanning.views import labels, scans

urlpatterns = [
    path("scans", scans.ScanCreate.as_view(), name="scan-create"),
    path("products/<str:gtin>/qr.svg", labels.QrSvg.as_view(), name="product-qr-svg"),
    path("products/<str:gtin>/qr.png", labels.QrPng.as_view(), name="product-qr-png"),
]
