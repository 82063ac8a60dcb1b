"""Addresses under `/api/v1/`."""

from django.urls import path

from scanning import views

urlpatterns = [
    path("scans", views.ScanCreate.as_view(), name="scan-create"),
    path("products/<str:gtin>/qr.svg", views.QrSvg.as_view(), name="product-qr-svg"),
    path("products/<str:gtin>/qr.png", views.QrPng.as_view(), name="product-qr-png"),
]
